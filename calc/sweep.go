package calc

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
)

// A Sweep requests results at other values of one setting of one function.
type Sweep struct {
	// Function is the index in Account.Functions.
	Function int
	// Axis is the setting to vary.
	Axis Axis
	// Values are the points, in the unit of the setting: requests per second, milliseconds or units. There may be at most
	// 10,000 points, and at most 100,000 rows over all functions of the account.
	Values []float64
}

// An Axis is a setting that can be swept.
type Axis string

// The axes.
const (
	AxisRPS         Axis = "rps"
	AxisDuration    Axis = "duration"
	AxisReserved    Axis = "reserved"
	AxisProvisioned Axis = "provisioned"
)

// whole reports whether the axis has whole numbers of units.
func (x Axis) whole() bool { return x == AxisReserved || x == AxisProvisioned }

// Size limits of a sweep. They keep the result readable and the calculation short.
const (
	maxPoints = 10_000
	maxRows   = 100_000
)

// maxWork limits the work of a sweep, as measured by Account.work, to about two seconds.
const maxWork = 4e6

// work estimates the time to compute random arrivals for the account. It grows with the square root of loads and rates,
// and is constant beyond saturatingLoad.
func (a Account) work() (work float64) {
	for i := range a.Functions {
		t, _ := a.Functions[i].traffic()
		own := 10 + math.Sqrt(math.Max(t.rate, math.Min(t.load(), saturatingLoad)))
		if t.minute.uneven() {
			own *= minuteWork
		}
		work += own
	}
	return work
}

const legalSweep = "SETTING=FROM:TO:STEP, such as provisioned=0:300:25, with rps, duration, reserved or provisioned"

// ParseSweep reads a sweep, SETTING=FROM:TO:STEP, with values in the form of the setting itself: provisioned=0:300:25,
// duration=20ms:1s:20ms. TO is always a point, even if no step ends there. The sweep varies the first function.
func ParseSweep(text string) (Sweep, error) {
	fail := func(problem string) error {
		return &quantity.ValueError{Text: text, Problem: problem, Legal: legalSweep}
	}
	setting, values, ok := strings.Cut(text, "=")
	numbers := strings.Split(values, ":")
	if !ok || len(numbers) != 3 {
		return Sweep{}, fail("is not a sweep")
	}
	parse := quantity.ParseRate
	switch axis := Axis(setting); {
	case axis == AxisRPS:
	case axis == AxisDuration:
		parse = quantity.ParseDuration
	case axis.whole():
		parse = func(text string) (float64, error) {
			n, err := quantity.ParseCount(text)
			return float64(n), err
		}
	default:
		return Sweep{}, fail("has an unknown setting " + quantity.Quote(setting))
	}
	var at [3]float64
	for i, number := range numbers {
		var err error
		if at[i], err = parse(number); err != nil {
			return Sweep{}, err
		}
	}
	from, to, step := at[0], at[1], at[2]
	switch {
	case to < from:
		return Sweep{}, fail("ends before it begins")
	case step <= 0:
		return Sweep{}, fail("has no step")
	case (to-from)/step > maxPoints-1:
		return Sweep{}, fail(fmt.Sprintf("has more than %s points", quantity.FormatCount(maxPoints)))
	}
	return Sweep{Axis: Axis(setting), Values: points(from, to, step)}, nil
}

// points lists the values from one number to another, both included.
func points(from, to, step float64) (values []float64) {
	for i := 0; ; i++ {
		value := decimal(from + float64(float64(i)*step))
		if value >= to*(1-tolerance) {
			return append(values, to)
		}
		values = append(values, value)
	}
}

// decimal removes binary rounding errors from a sum of decimal numbers, so that 0.1 + 2 x 0.1 is 0.3.
func decimal(x float64) float64 {
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 13, 64), 64)
	return y
}

// A SweepPoint is the value of the swept setting at one point of a sweep. The other fields are absent.
type SweepPoint struct {
	// RPS is the rate, requests per second.
	RPS Optional[float64] `json:"rps,omitzero"`
	// DurationMS is the mean duration, milliseconds.
	DurationMS Optional[float64] `json:"duration_ms,omitzero"`
	// Reserved is the reserved concurrency, units.
	Reserved Optional[int64] `json:"reserved,omitzero"`
	// Provisioned is the provisioned concurrency, units.
	Provisioned Optional[int64] `json:"provisioned,omitzero"`
}

// Axis returns the swept setting, and its value in the unit of that setting.
func (p SweepPoint) Axis() (Axis, float64) {
	switch {
	case p.RPS.Known():
		return AxisRPS, p.RPS.Or(0)
	case p.DurationMS.Known():
		return AxisDuration, p.DurationMS.Or(0)
	case p.Reserved.Known():
		return AxisReserved, float64(p.Reserved.Or(0))
	}
	return AxisProvisioned, float64(p.Provisioned.Or(0))
}

// Swept is the result at one point of a sweep: the account's row and the functions' rows.
type Swept[A, F any] struct {
	// Point is the value of the swept setting.
	Point SweepPoint `json:"point"`
	// Account is the account's row.
	Account A `json:"account"`
	// Functions are the functions, in the order of the account.
	Functions []F `json:"functions"`
}

// sweep computes the result at every point; nil without points.
func sweep[A, F any](points []sweptAccount, answer func(a Account) (A, []F)) []Swept[A, F] {
	if len(points) == 0 {
		return nil
	}
	list := make([]Swept[A, F], len(points))
	each(len(points), func(i int) {
		list[i].Point = points[i].point
		list[i].Account, list[i].Functions = answer(points[i].account)
	})
	return list
}

// set sets one setting of the function to a value.
func (f *Function) set(axis Axis, value float64) (p SweepPoint) {
	switch axis {
	case AxisRPS:
		*f = f.atRate(value)
		f.Day, f.AverageRPS = series.Series{}, Optional[float64]{}
		p.RPS = f.RPS
	case AxisDuration:
		f.DurationMS = Some(value)
		p.DurationMS = f.DurationMS
	case AxisReserved:
		f.Reserved = Some(int64(value))
		p.Reserved = f.Reserved
	case AxisProvisioned:
		f.Provisioned = int64(value)
		p.Provisioned = Some(f.Provisioned)
	}
	return p
}

// A sweptAccount is the account at one point of a sweep.
type sweptAccount struct {
	point   SweepPoint
	account Account
}

// at returns the account with the given value of the swept setting.
func (s *Sweep) at(a Account, value float64) sweptAccount {
	a.Functions = slices.Clone(a.Functions)
	point := a.Functions[s.Function].set(s.Axis, value)
	return sweptAccount{point, a}
}

// swept returns the account that the result is about, and the accounts at the points of a sweep. All of them are valid
// and have a rate. A function without a rate or duration of its own gets the highest value of the sweep.
func (a Account) swept(s *Sweep, by standing) (Account, []sweptAccount, error) {
	a = a.Sourced()
	if s == nil {
		return a, nil, validRated(a, by)
	}
	if problem := s.problem(a); problem != "" {
		return Account{}, nil, Faults{{AccountFault, "sweep", problem}}
	}
	top := s.at(a, slices.Max(s.Values)).account
	base, f := a, &a.Functions[s.Function]
	if s.Axis == AxisRPS && !f.RPS.Known() || s.Axis == AxisDuration && !f.DurationMS.Known() {
		base = top
	}
	if err := validRated(base, by); err != nil {
		// The value that the sweep replaces may be the only fault.
		if base = top; validRated(base, by) != nil {
			return Account{}, nil, err
		}
	}
	points := make([]sweptAccount, len(s.Values))
	var faults Faults
	if work := math.Max(base.work(), top.work()); work*float64(len(s.Values)) > maxWork {
		faults.note(AccountFault, "sweep", "%s points take too long at this load; expected at most %s",
			quantity.FormatCount(int64(len(s.Values))), quantity.FormatCount(int64(maxWork/work)))
		return Account{}, nil, faults
	}
	for i, value := range s.Values {
		points[i] = s.at(a, value)
		if found := faultsOf(points[i].account.validate(by)); len(found) > 0 {
			faults.note(AccountFault, "sweep", "at %s %s: %s: %s",
				s.Axis, quantity.FormatNumber(value), found[0].Field, found[0].Message)
			return Account{}, nil, faults
		}
	}
	return base, points, nil
}

// problem describes what is wrong with the sweep itself; empty if nothing is.
func (s *Sweep) problem(a Account) string {
	functions, values := int64(len(a.Functions)), int64(len(s.Values))
	switch {
	case !slices.Contains([]Axis{AxisRPS, AxisDuration, AxisReserved, AxisProvisioned}, s.Axis):
		return fmt.Sprintf("%s cannot be swept; expected %s", quantity.Quote(string(s.Axis)), legalSweep)
	case a.isEdge():
		return "a function of Lambda@Edge has a row for each Region; expected one function at a time, without regions"
	case s.Function < 0 || s.Function >= len(a.Functions):
		return fmt.Sprintf("there is no function %d; expected 0 to %d", s.Function, functions-1)
	case values == 0 || values > maxPoints || values*functions > maxRows:
		return fmt.Sprintf("%s points of %s functions; expected 1 to %s points and at most %s rows",
			quantity.FormatCount(values), quantity.FormatCount(functions),
			quantity.FormatCount(maxPoints), quantity.FormatCount(maxRows))
	}
	if s.Axis.whole() {
		for _, value := range s.Values {
			if !quantity.Units.Contains(value) || value != math.Trunc(value) {
				return fmt.Sprintf("%s is out of range; expected %s", quantity.FormatNumber(value), quantity.Units.Legal)
			}
		}
	}
	return ""
}
