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

	// The last numbers that Fill set in order are kept here until they are many: where many columns grow at the same time,
	// it takes long to reach their blocks.
	latest [latestSteps]float64
	from   int // the step of the first of them, a multiple of latestSteps
	n      int // how many there are
}

// latestSteps divides BlockSteps.
const latestSteps = 8

// A block has the numbers of some steps; NaN for a step without one. Numbers that a float32 holds, such as counts up to
// 16 million, take half of the memory: as long as all of a block do, it is short.
type block struct {
	short *[BlockSteps]float32
	long  *[BlockSteps]float64
}

// Set sets the number of a step, 0 or more. It reports whether the column grew by a block of BlockSteps.
func (c *Column) Set(step int, x float64) (grew bool) {
	c.Settle()
	b, k := c.block(step)
	return b.set(k, x)
}

// Fill sets the number of a step, 0 or more, unless it has one: then it returns that. It reports whether the column
// grew by a block of BlockSteps. After the last Fill, call Settle.
func (c *Column) Fill(step int, x float64) (old float64, has, grew bool) {
	if c.n > 0 && c.n < latestSteps && step == c.from+c.n {
		c.latest[c.n] = x
		c.n++
		return 0, false, false
	}
	c.Settle()
	b, k := c.block(step)
	if old, has = b.at(k); has {
		return old, true, false
	}
	grew = b.set(k, x)
	if k%latestSteps == 0 && !b.any(k+1, k+latestSteps) {
		c.latest[0], c.from, c.n = x, step, 1
	}
	return 0, false, grew
}

// Settle ends the filling of a column.
func (c *Column) Settle() {
	if c.n == 0 {
		return
	}
	b, k := c.block(c.from)
	for i, x := range c.latest[:c.n] {
		b.set(k+i, x)
	}
	c.n = 0
}

// block returns the block of a step, for which the column makes room, and the number of the step in it.
func (c *Column) block(step int) (b *block, k int) {
	at, k := step/BlockSteps, step%BlockSteps
	switch {
	case uint(at-c.first) < uint(len(c.blocks)):
	case len(c.blocks) == 0:
		c.first, c.blocks = at, make([]block, 1)
	case at < c.first:
		c.blocks = append(make([]block, c.first-at, c.first-at+len(c.blocks)), c.blocks...)
		c.first = at
	default:
		c.blocks = append(c.blocks, make([]block, at+1-c.first-len(c.blocks))...)
	}
	return &c.blocks[at-c.first], k
}

// any reports whether there is a number from k to before end.
func (b *block) any(k, end int) bool {
	for ; k < end; k++ {
		if _, ok := b.at(k); ok {
			return true
		}
	}
	return false
}

// at returns a number, and whether there is one.
func (b *block) at(k int) (x float64, ok bool) {
	switch {
	case b.short != nil:
		x = float64(b.short[k])
	case b.long != nil:
		x = b.long[k]
	default:
		return 0, false
	}
	if x != x {
		return 0, false
	}
	return x, true
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
	if i := step - c.from; i >= 0 && i < c.n {
		return c.latest[i], true
	}
	at := step/BlockSteps - c.first
	if at < 0 || at >= len(c.blocks) {
		return 0, false
	}
	return c.blocks[at].at(step % BlockSteps)
}

// Steps returns the numbers of the first and of the last step that may have a number, and whether there are any.
func (c *Column) Steps() (first, last int, ok bool) {
	return c.first * BlockSteps, (c.first+len(c.blocks))*BlockSteps - 1, len(c.blocks) > 0
}
