package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// tolerance is the relative error that the model allows for: when it rounds units up, when a part of a rate counts as
// zero, and when two limits tie.
const tolerance = quantity.Tolerance

// orLeast returns x, or the smallest positive float64 if a positive quotient or product has underflowed to 0. So even
// the lowest rate needs a unit.
func orLeast(x float64, positive bool) float64 {
	if x == 0 && positive {
		return math.SmallestNonzeroFloat64
	}
	return x
}

// CeilUnits returns the smallest whole number of units that is at least x, see quantity.CeilUnits.
func CeilUnits(x float64) int64 { return quantity.CeilUnits(x) }

// Exceeds reports whether x exceeds a bound by more than a rounding error: by more than 1e-9 of the bound.
func Exceeds(x, bound float64) bool { return x > bound+float64(tolerance*math.Abs(bound)) }

// withHeadroom returns ceil(n (1 + h)) for n units and a headroom h, a ratio.
func withHeadroom(n int64, headroom float64) int64 {
	return CeilUnits(float64(n) * (1 + headroom))
}

// snap removes rounding errors from a part of a rate: a part below 1e-9 of the rate becomes 0, and a part within 1e-9
// of the rate becomes the rate itself.
func snap(part, rate float64) float64 {
	switch {
	case rate-part < tolerance*rate:
		return rate
	case part < tolerance*rate:
		return 0
	}
	return part
}

// ratio returns part / whole, at most 1; it is 0 if whole is 0.
func ratio(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return min(1, part/whole)
}
