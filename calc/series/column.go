package series

import "math"

// BlockSteps is the number of steps in a block. A Column grows by blocks, because growing a long slice copies it and
// leaves up to a quarter of it unused.
const BlockSteps = 1440

// A Column holds one number for each of the steps that have one. Steps are numbered from 0; those of one column should
// lie close to each other. The zero Column is empty.
type Column struct {
	first  int // the number of the first block
	blocks []block
}

// A block has the numbers of some steps; NaN for a step without one. Numbers that a float32 holds, such as counts up to
// 16 million, take half of the memory: as long as all of a block do, it is short.
type block struct {
	short *[BlockSteps]float32
	long  *[BlockSteps]float64
}

// Set sets the number of a step, 0 or more. It reports whether the column grew by a block of BlockSteps.
func (c *Column) Set(step int, x float64) (grew bool) {
	at, k := step/BlockSteps, step%BlockSteps
	switch {
	case len(c.blocks) == 0:
		c.first, c.blocks = at, make([]block, 1)
	case at < c.first:
		c.blocks = append(make([]block, c.first-at, c.first-at+len(c.blocks)), c.blocks...)
		c.first = at
	case at >= c.first+len(c.blocks):
		c.blocks = append(c.blocks, make([]block, at+1-c.first-len(c.blocks))...)
	}
	return c.blocks[at-c.first].set(k, x)
}

// set sets a number. It reports whether it is the first one.
func (b *block) set(k int, x float64) (first bool) {
	first = b.short == nil && b.long == nil
	if short := float32(x); b.long == nil && float64(short) == x {
		if first {
			b.short = new([BlockSteps]float32)
			for i := range b.short {
				b.short[i] = float32(math.NaN())
			}
		}
		b.short[k] = short
		return first
	}
	if b.long == nil {
		b.long = new([BlockSteps]float64)
		for i := range b.long {
			b.long[i] = math.NaN()
			if b.short != nil {
				b.long[i] = float64(b.short[i])
			}
		}
		b.short = nil
	}
	b.long[k] = x
	return first
}

// At returns the number of a step, 0 or more, and whether it has one; 0 if it has none.
func (c *Column) At(step int) (x float64, ok bool) {
	at := step/BlockSteps - c.first
	if at < 0 || at >= len(c.blocks) {
		return 0, false
	}
	switch b := &c.blocks[at]; {
	case b.short != nil:
		x = float64(b.short[step%BlockSteps])
	case b.long != nil:
		x = b.long[step%BlockSteps]
	default:
		return 0, false
	}
	if math.IsNaN(x) {
		return 0, false
	}
	return x, true
}

// Steps returns the numbers of the first and of the last step that may have a number, and whether there are any.
func (c *Column) Steps() (first, last int, ok bool) {
	return c.first * BlockSteps, (c.first+len(c.blocks))*BlockSteps - 1, len(c.blocks) > 0
}
