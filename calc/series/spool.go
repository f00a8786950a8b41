package series

import (
	"slices"
	"sync"
)

// A Store keeps bytes outside of memory, such as in a temporary file. Its methods are those of io.ReaderAt and
// io.WriterAt; what is read was written before.
type Store interface {
	ReadAt(p []byte, from int64) (n int, err error)
	WriteAt(p []byte, from int64) (n int, err error)
}

// A Spool bounds the memory that columns take: once their blocks pass it, the oldest ones move to a store. Their
// numbers can be read there. A block that is written again comes back to memory.
//
// Columns of a spool may be read concurrently, but not while one of them changes.
type Spool struct {
	open    func() (Store, error)
	store   Store
	end     int32    // of what is written to the store, in parts of partBytes
	most    int      // units in memory
	used    int      // units in memory
	blocks  []*block // those in memory, oldest first
	dense   int      // see Dense
	shorts  []*[BlockSteps]float32
	longs   []*[BlockSteps]float64
	buffers sync.Pool
	lock    sync.Mutex
	err     error
}

// UnitBytes is the memory that the numbers of a block take if a float32 holds each, see Spool. A block of float64 takes
// two units.
const UnitBytes = BlockSteps * 4

const (
	// mostReturns is how often a block may come back to memory. If it does so more often, too few are in memory.
	mostReturns = 3
	// mostUnits is how many units may be in memory in the end.
	mostUnits = 1 << 30 / UnitBytes
)

// NewSpool returns a spool for columns that may take so many units of memory. open is called once, when the first block
// has to move to the store.
func NewSpool(most int, open func() (Store, error)) *Spool {
	return &Spool{open: open, most: most, buffers: sync.Pool{New: func() any { return new([8 * BlockSteps]byte) }}}
}

// Column returns an empty column.
func (s *Spool) Column() Column { return Column{spool: s} }

// Err returns what went wrong with the store. The numbers that it should have read or kept are then not known.
func (s *Spool) Err() error {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.err
}

func (s *Spool) fail(err error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.err == nil {
		s.err = err
	}
}

// Dense returns how many blocks in the store have a number for at least half of their steps.
func (s *Spool) Dense() int { return s.dense }

// A place is where a block is in the store.
type place struct {
	part    int32 // the first of its parts of partBytes, from 1; 0 if it was never there
	numbers int16 // how many it has
	form    form
	returns uint8 // how often the block came back
}

// partBytes is the size of a block of the shortest form. Others have twice or four times that.
const partBytes = 2 * BlockSteps

// offset returns where the block begins in the store.
func (p *place) offset() int64 { return int64(p.part-1) * partBytes }

// dense reports whether the block has a number for at least half of its steps.
func (p *place) dense() bool { return 2*p.numbers >= BlockSteps }

// short returns memory for a block.
func (s *Spool) short() *[BlockSteps]float32 {
	if s == nil {
		return new([BlockSteps]float32)
	}
	s.used++
	return reused(&s.shorts)
}

// long returns memory for a block with float64 numbers.
func (s *Spool) long() *[BlockSteps]float64 {
	if s == nil {
		return new([BlockSteps]float64)
	}
	s.used += 2
	return reused(&s.longs)
}

// reused takes memory from a list of what is free, or new memory if nothing is.
func reused[T any](free *[]*T) *T {
	n := len(*free) - 1
	if n < 0 {
		return new(T)
	}
	last := (*free)[n]
	*free = (*free)[:n]
	return last
}

// free takes the memory of a block back.
func (s *Spool) free(b *block) {
	if s == nil {
		return
	}
	if b.short != nil {
		s.used--
		s.shorts, b.short = append(s.shorts, b.short), nil
	}
	if b.long != nil {
		s.used -= 2
		s.longs, b.long = append(s.longs, b.long), nil
	}
}

// keep notes that a block is in memory, and lets the oldest of the others move to the store.
func (s *Spool) keep(b *block) {
	if s == nil {
		return
	}
	s.blocks = append(s.blocks, b)
	s.shrink(b)
}

// shrink moves the oldest blocks to the store until the others are few enough. It leaves one that is being written.
func (s *Spool) shrink(written *block) {
	if s == nil {
		return
	}
	for s.used > s.most && len(s.blocks) > 1 {
		oldest := s.blocks[0]
		s.blocks = s.blocks[1:]
		if oldest == written || !s.write(oldest) {
			s.blocks = append(s.blocks, oldest)
		}
		if s.err != nil {
			return
		}
	}
}

// write moves a block to the store. It reports whether that was possible.
func (s *Spool) write(b *block) bool {
	if s.store == nil {
		store, err := s.open()
		if err != nil {
			s.fail(err)
			return false
		}
		s.store = store
	}
	var numbers [BlockSteps]float64
	b.read(0, numbers[:])
	buffer := s.buffers.Get().(*[8 * BlockSteps]byte)
	defer s.buffers.Put(buffer)
	form, text := pack(&numbers, buffer)
	if b.part == 0 || form.bytes() > b.form.bytes() {
		b.part = s.end + 1
		s.end += int32(len(text) / partBytes)
	}
	b.form, b.numbers = form, 0
	for _, x := range numbers {
		if isNumber(x) {
			b.numbers++
		}
	}
	if _, err := s.store.WriteAt(text, b.offset()); err != nil {
		s.fail(err)
		return false
	}
	if b.dense() {
		s.dense++
	}
	s.free(b)
	return true
}

// bring brings a block back to memory. If blocks come back again and again, because what is read has neither the order
// of functions nor that of time, more of them stay in memory.
func (s *Spool) bring(b *block) {
	var numbers [BlockSteps]float64
	s.read(b, 0, numbers[:])
	if slices.ContainsFunc(numbers[:], func(x float64) bool { return isNumber(x) && !short(x) }) {
		b.long = s.long()
		*b.long = numbers
	} else {
		b.short = s.short()
		for i, x := range numbers {
			b.short[i] = float32(x)
		}
	}
	if b.dense() {
		s.dense--
	}
	if b.returns < mostReturns {
		b.returns++
	} else if s.most < mostUnits {
		s.most += 2
	}
	s.keep(b)
}

// read reads the numbers of a block in the store, from one on.
func (s *Spool) read(b *block, k int, to []float64) {
	buffer := s.buffers.Get().(*[8 * BlockSteps]byte)
	defer s.buffers.Put(buffer)
	size := b.form.bytes()
	text := buffer[:len(to)*size]
	if _, err := s.store.ReadAt(text, b.offset()+int64(k*size)); err != nil {
		s.fail(err)
		fillNaN(to)
		return
	}
	b.form.unpack(text, to)
}
