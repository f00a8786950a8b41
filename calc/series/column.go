package series

import (
	"iter"
	"math"
)

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
	b, k := c.block(step)
	grew = b.make(x)
	b.set(k, x)
	return grew
}

// Fill sets the number of a step, 0 or more, unless it has one: then it returns that. It reports whether the column
// grew by a block of BlockSteps.
func (c *Column) Fill(step int, x float64) (old float64, has, grew bool) {
	b, k := c.block(step)
	if old, has = b.at(k); has {
		return old, true, false
	}
	grew = b.make(x)
	b.set(k, x)
	return 0, false, grew
}

// SetAll sets the numbers of steps, 0 or more: from one on, at a distance that is more than 0 if there are several. It
// returns by how many blocks of BlockSteps the column grew.
func (c *Column) SetAll(step, distance int, numbers []float64) (grew int) {
	for i := 0; i < len(numbers); {
		b, k := c.block(step + i*distance)
		for ; i < len(numbers) && k < BlockSteps; i, k = i+1, k+distance {
			x := numbers[i]
			if b.long == nil && (b.short == nil || !short(x)) && b.make(x) {
				grew++
			}
			b.set(k, x)
		}
	}
	return grew
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

// short reports whether a float32 holds a number.
func short(x float64) bool { return float64(float32(x)) == x }

// make makes sure that a number can be set. It reports whether it is the first one.
func (b *block) make(x float64) (first bool) {
	first = b.short == nil && b.long == nil
	switch {
	case b.long != nil || b.short != nil && short(x):
	case short(x):
		b.short = new([BlockSteps]float32)
		for i := range b.short {
			b.short[i] = float32(math.NaN())
		}
	default:
		b.long = new([BlockSteps]float64)
		for i := range b.long {
			b.long[i] = math.NaN()
			if b.short != nil {
				b.long[i] = float64(b.short[i])
			}
		}
		b.short = nil
	}
	return first
}

// set sets a number.
func (b *block) set(k int, x float64) {
	if b.long != nil {
		b.long[k] = x
		return
	}
	b.short[k] = float32(x)
}

// At returns the number of a step, 0 or more, and whether it has one; 0 if it has none.
func (c *Column) At(step int) (x float64, ok bool) {
	at := step/BlockSteps - c.first
	if at < 0 || at >= len(c.blocks) {
		return 0, false
	}
	return c.blocks[at].at(step % BlockSteps)
}

// Read copies the numbers of the steps from one on; NaN for a step without one.
func (c *Column) Read(step int, to []float64) {
	for len(to) > 0 {
		at, k := step/BlockSteps-c.first, step%BlockSteps
		n := min(len(to), BlockSteps-k)
		var b block
		if at >= 0 && at < len(c.blocks) {
			b = c.blocks[at]
		}
		switch {
		case b.short != nil:
			for i, x := range b.short[k : k+n] {
				to[i] = float64(x)
			}
		case b.long != nil:
			copy(to, b.long[k:k+n])
		default:
			for i := range n {
				to[i] = math.NaN()
			}
		}
		step, to = step+n, to[n:]
	}
}

// All returns the steps that have a number, in order.
func (c *Column) All() iter.Seq2[int, float64] {
	return func(yield func(int, float64) bool) {
		var numbers [BlockSteps]float64
		for i := range c.blocks {
			first := (c.first + i) * BlockSteps
			c.Read(first, numbers[:])
			for k, x := range numbers {
				if x == x && !yield(first+k, x) {
					return
				}
			}
		}
	}
}

// Steps returns the numbers of the first and of the last step that may have a number, and whether there are any.
func (c *Column) Steps() (first, last int, ok bool) {
	return c.first * BlockSteps, (c.first+len(c.blocks))*BlockSteps - 1, len(c.blocks) > 0
}
