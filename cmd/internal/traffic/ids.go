package traffic

// An idSet remembers the ids of requests, by a hash of 64 bits. Its memory is bounded.
type idSet struct {
	most        int      // so many ids are all remembered, and beyond them at least the last of this number
	now, before []uint64 // open addressing; 0 is free
	n           int      // ids in now
}

const (
	idsMost  = 4 << 20
	idsStart = 1 << 12
)

// add adds the hash of an id. It reports whether it was there.
func (s *idSet) add(h uint64) bool {
	if h == 0 {
		h = 1
	}
	if s.now == nil {
		s.now = make([]uint64, idsStart)
	}
	if at, ok := find(s.now, h); ok {
		return true
	} else if s.before == nil {
		s.now[at] = h
	} else if _, ok := find(s.before, h); ok {
		return true
	} else {
		s.now[at] = h
	}
	s.n++
	switch {
	case s.n >= s.most:
		s.before, s.now, s.n = s.now, make([]uint64, len(s.now)), 0
	case s.n*4 > len(s.now)*3:
		grown := make([]uint64, 2*len(s.now))
		for _, h := range s.now {
			if h != 0 {
				at, _ := find(grown, h)
				grown[at] = h
			}
		}
		s.now = grown
	}
	return false
}

// find returns the place of a hash in a table, and whether it is there.
func find(table []uint64, h uint64) (at int, ok bool) {
	mask := len(table) - 1
	for at = int(h>>1) & mask; ; at = (at + 1) & mask {
		switch table[at] {
		case h:
			return at, true
		case 0:
			return at, false
		}
	}
}
