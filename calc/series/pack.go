package series

import "math"

// A form is how the numbers of a block are written to a Store, in the fewest bytes that give back the same bits: most
// are counts, or durations with some decimals.
type form uint8

// The forms: whole numbers of two bytes, in units of 1, 0.1, 0.01 or 0.001, then those of four bytes, then a float64.
const (
	firstFour = form(len(perOne))
	floating  = 2 * firstFour
)

var perOne = [...]float64{1, 10, 100, 1000}

// bytes returns how many bytes a number has.
func (f form) bytes() int {
	switch {
	case f < firstFour:
		return 2
	case f < floating:
		return 4
	}
	return 8
}

// none stands for a step without a number; its first bytes, too.
const none = math.MaxUint32

// pack writes numbers, and returns their form and its bytes.
func pack(numbers *[BlockSteps]float64, to *[8 * BlockSteps]byte) (form, []byte) {
	var whole [BlockSteps]uint32
	for i, per := range perOne {
		most, ok := multiples(numbers, per, &whole)
		if !ok {
			continue
		}
		if most < none>>16 {
			for k, n := range whole {
				to[2*k], to[2*k+1] = byte(n), byte(n>>8)
			}
			return form(i), to[:2*BlockSteps]
		}
		for k, n := range whole {
			put4(to[4*k:], n)
		}
		return firstFour + form(i), to[:4*BlockSteps]
	}
	for k, x := range numbers {
		put8(to[8*k:], math.Float64bits(x))
	}
	return floating, to[:]
}

// multiples writes numbers in units of 1/per. It reports whether they are whole, and returns the highest.
func multiples(numbers *[BlockSteps]float64, per float64, whole *[BlockSteps]uint32) (most uint32, ok bool) {
	for i, x := range numbers {
		if x != x {
			whole[i] = none
			continue
		}
		n := uint32(0)
		if y := float64(x*per) + 0.5; y >= 0 && y < none {
			n = uint32(y)
		}
		if math.Float64bits(float64(n)/per) != math.Float64bits(x) {
			return 0, false
		}
		whole[i] = n
		most = max(most, n)
	}
	return most, true
}

// unpack reads numbers of a form.
func (f form) unpack(from []byte, numbers []float64) {
	switch {
	case f == floating:
		for i := range numbers {
			numbers[i] = math.Float64frombits(get8(from[8*i:]))
		}
	case f >= firstFour:
		per := perOne[f-firstFour]
		for i := range numbers {
			n := get4(from[4*i:])
			if numbers[i] = float64(n) / per; n == none {
				numbers[i] = math.NaN()
			}
		}
	default:
		per := perOne[f]
		for i := range numbers {
			n := uint32(from[2*i]) | uint32(from[2*i+1])<<8
			if numbers[i] = float64(n) / per; n == none>>16 {
				numbers[i] = math.NaN()
			}
		}
	}
}

func put4(b []byte, x uint32) {
	_ = b[3]
	b[0], b[1], b[2], b[3] = byte(x), byte(x>>8), byte(x>>16), byte(x>>24)
}

func put8(b []byte, x uint64) {
	put4(b, uint32(x))
	put4(b[4:], uint32(x>>32))
}

func get4(b []byte) uint32 {
	_ = b[3]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func get8(b []byte) uint64 { return uint64(get4(b)) | uint64(get4(b[4:]))<<32 }
