package series

import "math"

// blockSteps is the number of steps in a block. A column grows by blocks, because growing a long slice copies it and
// leaves up to a quarter of it unused.
const blockSteps = 1440

// A Column holds one number for each of the steps that have one. Steps are numbered from 0; those of one column should
// lie close to each other. The zero Column is empty.
type Column struct {
	first  int // the number of the first block
	blocks []*[blockSteps]float64
}

// Set sets the number of a step, 0 or more. It reports whether the column grew by a block of BlockBytes.
func (c *Column) Set(step int, x float64) (grew bool) {
	at, k := step/blockSteps, step%blockSteps
	switch {
	case len(c.blocks) == 0:
		c.first, c.blocks = at, make([]*[blockSteps]float64, 1)
	case at < c.first:
		c.blocks = append(make([]*[blockSteps]float64, c.first-at, c.first-at+len(c.blocks)), c.blocks...)
		c.first = at
	case at >= c.first+len(c.blocks):
		c.blocks = append(c.blocks, make([]*[blockSteps]float64, at+1-c.first-len(c.blocks))...)
	}
	b := c.blocks[at-c.first]
	if b == nil {
		b, grew = new([blockSteps]float64), true
		for i := range b {
			b[i] = math.NaN()
		}
		c.blocks[at-c.first] = b
	}
	b[k] = x
	return grew
}

// BlockBytes is the size of a block of a Column.
const BlockBytes = blockSteps * 8

// At returns the number of a step, 0 or more, and whether it has one; 0 if it has none.
func (c *Column) At(step int) (x float64, ok bool) {
	at := step/blockSteps - c.first
	if at < 0 || at >= len(c.blocks) || c.blocks[at] == nil {
		return 0, false
	}
	if x = c.blocks[at][step%blockSteps]; math.IsNaN(x) {
		return 0, false
	}
	return x, true
}

// Steps returns the numbers of the first and of the last step that may have a number, and whether there are any.
func (c *Column) Steps() (first, last int, ok bool) {
	return c.first * blockSteps, (c.first+len(c.blocks))*blockSteps - 1, len(c.blocks) > 0
}
