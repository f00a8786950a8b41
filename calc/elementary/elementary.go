// Package elementary computes exponentials, logarithms and sines with the same bits on every machine.
//
// Package math does not: it uses assembly on some processors and not on others. In addition, where a processor has a
// fused multiply-add, Go may round a product and a sum once instead of twice. Either changes the last digits of a
// result. Here, and in every sum of products in the packages that use this one, each product is converted to float64,
// which forbids the fusion.
//
// Results are within 1.5 units in the last place unless a function says otherwise; the tests compare them with package
// math.
package elementary

import "math"

// ln 2 as a sum of two numbers. The last 32 bits of the first are 0, so its product with an integer below 2^32 is
// exact.
const (
	ln2High = 0x1.62e42fee00000p-1
	ln2Low  = math.Ln2 - ln2High
)

// inverseFactorials are 1/n! from n = 14 to 2.
var inverseFactorials = [...]float64{1 / 87178291200.0, 1 / 6227020800.0, 1 / 479001600.0, 1 / 39916800.0,
	1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0, 1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 1 / 2.0}

// Exp returns e^x: 0 for x below -745.13, +Inf for x above 709.78, NaN for NaN.
//
// With k the integer nearest to x/ln 2 it is 2^k e^r, where |r| <= ln(2)/2, and e^r is the sum of its power series.
func Exp(x float64) float64 {
	const highest, lowest = 709.782712893384, -745.1332191019412
	switch {
	case x > highest:
		return math.Inf(1)
	case x < lowest:
		return 0
	case x != x:
		return x
	}
	k := math.Floor(x/math.Ln2 + 0.5)
	high, low := x-float64(k*ln2High), float64(k*ln2Low)
	r := high - low
	rest := (high - r) - low // what r lost by rounding
	sum := 0.0
	for _, c := range inverseFactorials {
		sum = float64((sum + c) * r)
	}
	sum = float64(sum * r)
	return math.Ldexp(1+(r+(sum+rest)), int(k))
}

// Log returns ln x: -Inf for 0, NaN below 0, +Inf for +Inf, NaN for NaN.
//
// With x = 2^k (1 + f), where 1 + f is between sqrt(1/2) and sqrt(2), it is k ln 2 + ln(1 + f). With s = f/(2 + f),
//
//	ln(1 + f) = 2 (s + s^3/3 + s^5/5 + ...) = f - s (f - 2 (s^2/3 + s^4/5 + ...))
//
// The last form loses the fewest digits, because f is exact.
func Log(x float64) float64 {
	switch {
	case x != x || math.IsInf(x, 1):
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	fraction, exponent := math.Frexp(x)
	if fraction < math.Sqrt2/2 {
		fraction *= 2
		exponent--
	}
	k, f := float64(exponent), fraction-1
	s := f / (2 + f)
	square := float64(s * s)
	sum := 0.0
	for n := 23.0; n >= 3; n -= 2 {
		sum = float64((sum + 1/n) * square)
	}
	return float64(k*ln2High) - (float64(s*(f-2*sum)) - float64(k*ln2Low) - f)
}

// Log1p returns ln(1 + x) to full precision for small x, within 4 units in the last place. It is -Inf for -1, NaN below
// -1, +Inf for +Inf, NaN for NaN.
//
// The rounding error of the sum 1 + x has nearly the same relative effect on ln(1 + x) as on x, so it cancels in their
// quotient.
//
// Source: W. Kahan, as in the Hewlett-Packard HP-15C Advanced Functions Handbook (1982).
func Log1p(x float64) float64 {
	y := 1 + x
	switch {
	case y == 1:
		return x
	case y-1 == x || !(y > 0) || math.IsInf(y, 0):
		return Log(y) // the sum is exact, or the result is not finite
	}
	return Log(y) * (x / (y - 1))
}

// π/2 as a sum of two numbers. The last 32 bits of the first are 0.
const (
	quarterHigh = 0x1.921fb54400000p+0
	quarterLow  = math.Pi/2 - quarterHigh
)

// Sincos returns the sine and the cosine of x, in radians, for |x| up to 1e6, within 1e-15. Beyond that, and for NaN,
// it returns NaN.
//
// With k the integer nearest to x/(π/2), they are the sine and cosine of r = x - k π/2, |r| <= π/4, possibly swapped or
// negated. Those are the sums of their power series.
func Sincos(x float64) (sin, cos float64) {
	if !(math.Abs(x) <= 1e6) {
		return math.NaN(), math.NaN()
	}
	k := math.Floor(x/(math.Pi/2) + 0.5)
	r := x - float64(k*quarterHigh) - float64(k*quarterLow)
	square := float64(r * r)
	sin, cos = 0, 0
	for n := 16.0; n >= 2; n -= 2 {
		sin = float64((1-sin)*square) / float64(n*(n+1))
		cos = float64((1-cos)*square) / float64(n*(n-1))
	}
	sin, cos = r-float64(r*sin), 1-cos
	switch int64(k) & 3 {
	case 1:
		return cos, -sin
	case 2:
		return -sin, -cos
	case 3:
		return -cos, sin
	}
	return sin, cos
}
