package quantity

import "math"

// Tolerance is the relative error that counts as a rounding error.
const Tolerance = 1e-9

// CeilUnits returns the smallest whole number of units that is at least x, allowing for a relative error of 1e-9:
//
//	floor(x)      if x - floor(x) <= 1e-9 x
//	floor(x) + 1  otherwise
//
// x is a number of units, 0 or more. In binary floating point 200 x 1.1 is 220.00000000000003, which needs 220 units,
// not 221. CeilUnits returns 0 if x is negative or NaN, and the largest int64 if x is larger than that.
func CeilUnits(x float64) int64 {
	x = float64(x) // forces a product to be rounded first, on every machine
	switch whole := math.Floor(x); {
	case !(x > 0):
		return 0
	case x >= math.MaxInt64:
		return math.MaxInt64
	case x-whole <= float64(Tolerance*x):
		return int64(whole)
	default:
		return int64(whole) + 1
	}
}

// FloorUnits returns the largest whole number of units that is at most x, allowing for the same error: 1/0.1 holds 10
// units, even if it is a little less in binary floating point. It returns 0 if x is negative or NaN, and the largest
// int64 if x is larger than that.
func FloorUnits(x float64) int64 {
	switch up := math.Ceil(x); {
	case !(x > 0):
		return 0
	case x >= math.MaxInt64:
		return math.MaxInt64
	case up-x <= float64(Tolerance*x):
		return int64(up)
	default:
		return int64(up) - 1
	}
}
