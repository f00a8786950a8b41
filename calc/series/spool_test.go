package series_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/lambdacap/lambdacap/calc/series"
)

// A memory is a Store that fails once it is full.
type memory struct {
	bytes []byte
	full  int
	fails bool // to read
}

var errFull, errRead = errors.New("full"), errors.New("unreadable")

func (m *memory) WriteAt(p []byte, from int64) (int, error) {
	if n := int(from) + len(p) - len(m.bytes); n > 0 {
		if m.bytes = append(m.bytes, make([]byte, n)...); len(m.bytes) > m.full {
			return 0, errFull
		}
	}
	return copy(m.bytes[from:], p), nil
}

func (m *memory) ReadAt(p []byte, from int64) (int, error) {
	if m.fails {
		return 0, errRead
	}
	return copy(p, m.bytes[from:]), nil
}

// TestSpool compares columns that may hardly stay in memory with columns that do, for numbers of
// all forms that are set, filled and read in any order.
func TestSpool(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	numbers := []func() float64{
		func() float64 { return float64(random.IntN(3)) },
		func() float64 { return float64(random.IntN(1e8)) / 100 },
		func() float64 { return float64(random.IntN(40)) / 1000 },
		func() float64 { return random.Float64() },
		func() float64 { return float64(random.IntN(1 << 24)) },
		func() float64 { return float64(math.MaxUint16 - random.IntN(2)) },
		func() float64 { return float64(math.MaxUint32 - random.IntN(2)) },
		func() float64 { return float64(random.Float32()) * 1e20 },
		func() float64 { return math.Copysign(0, -1) },
		func() float64 { return math.Inf(1) },
	}
	for most := range 5 {
		store := &memory{full: math.MaxInt}
		spool := series.NewSpool(most, func() (series.Store, error) { return store, nil })
		var away, here [3]series.Column
		for i := range away {
			away[i] = spool.Column()
		}
		for range 4000 {
			i, step := random.IntN(len(away)), random.IntN(12)*random.IntN(2000)
			x := numbers[min(step/1440%8+random.IntN(3), len(numbers)-1)]()
			switch random.IntN(4) {
			case 0:
				some := []float64{x, x + 1, 7}
				if got, want := away[i].SetAll(step, 900, some), here[i].SetAll(step, 900, some); got != want {
					t.Fatalf("grew by %d, want %d", got, want)
				}
			case 1:
				old, has, grew := away[i].Fill(step, x)
				if want, had, grown := here[i].Fill(step, x); old != want || has != had || grew != grown {
					t.Fatalf("step %d: got %v, %v, %v; want %v, %v, %v", step, old, has, grew, want, had, grown)
				}
			case 2:
				if got, want := away[i].Set(step, x), here[i].Set(step, x); got != want {
					t.Fatalf("grew: %v, want %v", got, want)
				}
			default:
				got, has := away[i].At(step)
				if want, had := here[i].At(step); math.Float64bits(got) != math.Float64bits(want) || has != had {
					t.Fatalf("step %d: got %v, %v; want %v, %v", step, got, has, want, had)
				}
			}
		}
		for i := range away {
			if got, want := bits(&away[i]), bits(&here[i]); !reflect.DeepEqual(got, want) {
				t.Fatalf("most %d: other numbers", most)
			}
			if got, want := away[i].Distances(), here[i].Distances(); !reflect.DeepEqual(got, want) {
				t.Errorf("distances %v, want %v", got, want)
			}
		}
		if len(store.bytes) == 0 || spool.Err() != nil {
			t.Errorf("%d bytes in the store, %v", len(store.bytes), spool.Err())
		}
	}
}

// bits returns the numbers of a column, by step.
func bits(c *series.Column) map[int]uint64 {
	list := map[int]uint64{}
	for i, x := range c.All() {
		list[i] = math.Float64bits(x)
	}
	return list
}

// TestSpoolDense checks how much of the store whole days take, that they count as dense, and that their distances are
// known without reading.
func TestSpoolDense(t *testing.T) {
	store := &memory{full: math.MaxInt}
	spool := series.NewSpool(2, func() (series.Store, error) { return store, nil })
	c := spool.Column()
	const days = 10
	for i := range days * series.BlockSteps {
		c.Set(i, float64(10_000+i%5000)/100)
	}
	c.Set(20*series.BlockSteps, 1)
	if most := days * series.BlockSteps * 2; spool.Dense() != days || len(store.bytes) > most {
		t.Errorf("%d dense blocks, %d bytes", spool.Dense(), len(store.bytes))
	}
	store.fails = true
	want := map[int]int{1: days*series.BlockSteps - 1, 1 + 10*series.BlockSteps: 1}
	if got := c.Distances(); !reflect.DeepEqual(got, want) || spool.Err() != nil {
		t.Errorf("got %v, %v", got, spool.Err())
	}
}

// TestSpoolErrors checks what happens if the store fails.
func TestSpoolErrors(t *testing.T) {
	errOpen := errors.New("no folder")
	store := &memory{full: 20_000}
	for want, open := range map[error]func() (series.Store, error){
		errOpen: func() (series.Store, error) { return nil, errOpen },
		errFull: func() (series.Store, error) { return store, nil },
		errRead: func() (series.Store, error) { return &memory{full: math.MaxInt, fails: true}, nil },
	} {
		spool := series.NewSpool(3, open)
		c := spool.Column()
		for i := range 50 {
			c.Set(i*series.BlockSteps, 1)
		}
		for range c.All() { // at least those in memory
		}
		c.Bounds()
		if got := spool.Err(); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
