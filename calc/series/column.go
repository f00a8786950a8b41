package series

import (
	"iter"
	"math"
	"slices"
)

// BlockSteps is the number of steps in a block. A Column grows by blocks, because growing a long slice copies it and
// leaves up to a quarter of it unused.
const BlockSteps = 1440

// A Column holds one number for each of the steps that have one. Steps are numbered from 0; those of one column should
// lie close to each other. The zero Column is empty, and stays in memory; a column of a Spool need not. A copy of a
// column shares its numbers.
type Column struct {
	first  int      // the number of the first block
	blocks []*block // nil for one without a number
	spool  *Spool   // nil: all of it is in memory
}

// A block has the numbers of some steps; NaN for a step without one. Numbers that a float32 holds, such as counts up to
// 16 million, take half of the memory: as long as all of a block do, it is short. A block that is neither short nor
// long is in the store of the spool.
type block struct {
	short *[BlockSteps]float32
	long  *[BlockSteps]float64
	place
}

// Set sets the number of a step, 0 or more. It reports whether the column grew by a block of BlockSteps.
func (c *Column) Set(step int, x float64) (grew bool) {
	b, k := c.block(step)
	grew = b.make(x, c.spool)
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
	grew = b.make(x, c.spool)
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
			if b.long == nil && (b.short == nil || !short(x)) && b.make(x, c.spool) {
				grew++
			}
			b.set(k, x)
		}
	}
	return grew
}

// block returns the block of a step, for which the column makes room in memory, and the number of the step in it.
func (c *Column) block(step int) (b *block, k int) {
	at, k := step/BlockSteps, step%BlockSteps
	switch {
	case uint(at-c.first) < uint(len(c.blocks)):
	case len(c.blocks) == 0:
		c.first, c.blocks = at, make([]*block, 1)
	case at < c.first:
		c.blocks = append(make([]*block, c.first-at, c.first-at+len(c.blocks)), c.blocks...)
		c.first = at
	default:
		c.blocks = append(c.blocks, make([]*block, at+1-c.first-len(c.blocks))...)
	}
	b = c.blocks[at-c.first]
	switch {
	case b == nil:
		b = new(block)
		c.blocks[at-c.first] = b
	case b.away():
		c.spool.bring(b)
	}
	return b, k
}

// away reports whether the block is in the store.
func (b *block) away() bool { return b.short == nil && b.long == nil && b.part > 0 }

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
func (b *block) make(x float64, spool *Spool) (first bool) {
	first = b.short == nil && b.long == nil
	switch {
	case b.long != nil || b.short != nil && short(x):
		return false
	case short(x):
		b.short = spool.short()
		for i := range b.short {
			b.short[i] = float32(math.NaN())
		}
	default:
		numbers := spool.long()
		fillNaN(numbers[:])
		if b.short != nil {
			for i, x := range b.short {
				numbers[i] = float64(x)
			}
		}
		spool.free(b)
		b.short, b.long = nil, numbers
	}
	if first {
		spool.keep(b)
	} else {
		spool.shrink(b)
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
	switch b := c.of(step); {
	case b == nil:
		return 0, false
	case b.away():
		var number [1]float64
		c.spool.read(b, step%BlockSteps, number[:])
		x = number[0]
		return known(x), x == x
	default:
		return b.at(step % BlockSteps)
	}
}

// of returns the block of a step; nil if there is none.
func (c *Column) of(step int) *block {
	at := step/BlockSteps - c.first
	if at < 0 || at >= len(c.blocks) {
		return nil
	}
	return c.blocks[at]
}

// Read copies the numbers of the steps from one on; NaN for a step without one.
func (c *Column) Read(step int, to []float64) {
	for len(to) > 0 {
		k := step % BlockSteps
		n := min(len(to), BlockSteps-k)
		switch b := c.of(step); {
		case b == nil:
			fillNaN(to[:n])
		case b.away():
			c.spool.read(b, k, to[:n])
		default:
			b.read(k, to[:n])
		}
		step, to = step+n, to[n:]
	}
}

// read copies the numbers of a block in memory, from one on.
func (b *block) read(k int, to []float64) {
	if b.long != nil {
		copy(to, b.long[k:])
		return
	}
	for i, x := range b.short[k : k+len(to)] {
		to[i] = float64(x)
	}
}

// fillNaN makes all numbers NaN.
func fillNaN(numbers []float64) {
	for i := range numbers {
		numbers[i] = math.NaN()
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

// Bounds returns the first and the last step that has a number, and whether there is one.
func (c *Column) Bounds() (first, last int, ok bool) {
	var numbers [BlockSteps]float64
	for i := range c.blocks {
		c.Read((c.first+i)*BlockSteps, numbers[:])
		if k := slices.IndexFunc(numbers[:], isNumber); k >= 0 {
			first, ok = (c.first+i)*BlockSteps+k, true
			break
		}
	}
	for i := len(c.blocks) - 1; ok && i >= 0; i-- {
		c.Read((c.first+i)*BlockSteps, numbers[:])
		for k, x := range slices.Backward(numbers[:]) {
			if isNumber(x) {
				return first, (c.first+i)*BlockSteps + k, true
			}
		}
	}
	return 0, 0, false
}

func isNumber(x float64) bool { return x == x }

// count returns how many of the steps have a number, from one on and before another.
func (c *Column) count(from, to int) (n int) {
	var numbers [BlockSteps]float64
	for from < to {
		some := numbers[:min(BlockSteps-from%BlockSteps, to-from)]
		if b := c.of(from); b != nil && b.whole() {
			n += len(some)
		} else {
			c.Read(from, some)
			for _, x := range some {
				if isNumber(x) {
					n++
				}
			}
		}
		from += len(some)
	}
	return n
}

// whole reports whether all steps of a block have a number, as far as that is known without reading it.
func (b *block) whole() bool { return b.away() && b.numbers == BlockSteps }

// Distances counts the distances of neighbours among the steps that have a number.
func (c *Column) Distances() map[int]int {
	found := map[int]int{}
	before, same, n := -1, 0, 0 // most distances are that before, so the map is seldom needed
	count := func(d, times int) {
		if d != same {
			found[same] += n
			same, n = d, 0
		}
		n += times
	}
	var numbers [BlockSteps]float64
	for i, b := range c.blocks {
		first := (c.first + i) * BlockSteps
		if b != nil && b.whole() {
			if before >= 0 {
				count(first-before, 1)
			}
			count(1, BlockSteps-1)
			before = first + BlockSteps - 1
			continue
		}
		c.Read(first, numbers[:])
		for k, x := range numbers {
			if !isNumber(x) {
				continue
			}
			if before >= 0 {
				count(first+k-before, 1)
			}
			before = first + k
		}
	}
	found[same] += n
	delete(found, 0)
	return found
}
