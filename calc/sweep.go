package calc

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Sweep asks what happens at other values of one setting of one function.
type Sweep struct {
	// Function is the index in Account.Functions.
	Function int
	// Field is the setting: FieldRPS, FieldDuration, FieldReserved or
	// FieldProvisioned.
	Field Field
	// Values are the points, in the unit of the setting: requests per second,
	// milliseconds or units. There are at most 10,000, and 100,000 rows with
	// all functions of the account.
	Values []float64
}

// The size of a sweep, so that its answer can be read and does not take long.
const (
	maxPoints = 10_000
	maxRows   = 100_000
)

// maxWork bounds the work of a sweep, as work measures it: two seconds or so.
const maxWork = 4e6

// work measures the time that the chances of an account take: it grows with the
// square root of loads and rates, and beyond crowdedLoad no more.
func (a Account) work() (work float64) {
	for i := range a.Functions {
		f := &a.Functions[i]
		t, _ := f.traffic()
		work += 10 + math.Sqrt(math.Max(t.rate, math.Min(t.load(), crowdedLoad)))
	}
	return work
}

const legalSweep = "SETTING=FROM:TO:STEP, such as provisioned=0:300:25; the settings are rps, duration, reserved, provisioned"

// ParseSweep reads a sweep, SETTING=FROM:TO:STEP, with the numbers spelled like
// the values of the setting: provisioned=0:300:25, duration=20ms:1s:20ms. TO is
// always a point, whether a step ends there or not. The sweep is of the first
// function.
func ParseSweep(text string) (Sweep, error) {
	fail := failer(text, legalSweep)
	setting, values, ok := strings.Cut(text, "=")
	numbers := strings.Split(values, ":")
	if !ok || len(numbers) != 3 {
		return Sweep{}, fail("is not a sweep")
	}
	parse := ParseRate
	switch Field(setting) {
	case FieldRPS:
	case FieldDuration:
		parse = ParseDuration
	case FieldReserved, FieldProvisioned:
		parse = func(text string) (float64, error) {
			n, err := ParseCount(text)
			return float64(n), err
		}
	default:
		return Sweep{}, fail("has an unknown setting " + quote(setting))
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
		return Sweep{}, fail(fmt.Sprintf("has more than %s points", FormatCount(maxPoints)))
	}
	s := Sweep{Field: Field(setting)}
	for i := 0; ; i++ {
		value := decimal(from + float64(i)*step)
		if value >= to*(1-tolerance) {
			s.Values = append(s.Values, to)
			return s, nil
		}
		s.Values = append(s.Values, value)
	}
}

// decimal takes off the binary dust of a sum of decimal numbers: 0.1 + 2 x 0.1
// is 0.3.
func decimal(x float64) float64 {
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 13, 64), 64)
	return y
}

// A SweepPoint is the value of the setting at a point of a sweep. The others
// are not part of it.
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

// Swept is the answer at a point of a sweep.
type Swept[A, F any] struct {
	// Point is the value of the setting that is swept.
	Point SweepPoint `json:"point"`
	// Account is the account's row.
	Account A `json:"account"`
	// Functions are the functions, in the order of the account.
	Functions []F `json:"functions"`
}

// set gives the function the value of a point.
func (f *Function) set(field Field, value float64) (p SweepPoint) {
	switch field {
	case FieldRPS:
		f.RPS, f.HourlyRPS = Some(value), nil
		p.RPS = f.RPS
	case FieldDuration:
		f.DurationMS = Some(value)
		p.DurationMS = f.DurationMS
	case FieldReserved:
		f.Reserved = Some(int64(value))
		p.Reserved = f.Reserved
	case FieldProvisioned:
		f.Provisioned = int64(value)
		p.Provisioned = Some(f.Provisioned)
	}
	return p
}

// A sweptAccount is the account at a point.
type sweptAccount struct {
	SweepPoint
	account Account
}

// swept returns the account that the answer is about, and those at the points of
// a sweep; all are valid and have a rate. A function that has no rate or no
// duration of its own has the highest one of the sweep.
func (a Account) swept(s *Sweep) (Account, []sweptAccount, error) {
	if s == nil {
		return a, nil, validRated(a)
	}
	fault := func(format string, args ...any) (Account, []sweptAccount, error) {
		return Account{}, nil, Faults{{AccountFault, FieldSweep, fmt.Sprintf(format, args...)}}
	}
	whole := s.Field == FieldReserved || s.Field == FieldProvisioned
	switch {
	case !slices.Contains([]Field{FieldRPS, FieldDuration, FieldReserved, FieldProvisioned}, s.Field):
		return fault("%s cannot be swept; legal: %s", quote(string(s.Field)), legalSweep)
	case s.Function < 0 || s.Function >= len(a.Functions):
		return fault("no function has the index %d; legal: 0 to %d", s.Function, len(a.Functions)-1)
	case len(s.Values) == 0 || len(s.Values) > maxPoints || len(s.Values)*len(a.Functions) > maxRows:
		return fault("%s points of %s functions; legal: 1 to %s points, and %s rows in all",
			FormatCount(int64(len(s.Values))), FormatCount(int64(len(a.Functions))), FormatCount(maxPoints), FormatCount(maxRows))
	}
	with := func(value float64) (account Account, point SweepPoint) {
		account = a
		account.Functions = slices.Clone(a.Functions)
		point = account.Functions[s.Function].set(s.Field, value)
		return account, point
	}
	base := a
	if f := &a.Functions[s.Function]; s.Field == FieldRPS && !f.RPS.Known() || s.Field == FieldDuration && !f.DurationMS.Known() {
		base, _ = with(slices.Max(s.Values))
	}
	if err := validRated(base); err != nil {
		// What the sweep replaces may be all that is wrong.
		if base, _ = with(slices.Max(s.Values)); validRated(base) != nil {
			return Account{}, nil, err
		}
	}
	top, _ := with(slices.Max(s.Values))
	if work := math.Max(base.work(), top.work()); work*float64(len(s.Values)) > maxWork {
		return fault("%s points of loads so large would take long; legal: at most %s of them here",
			FormatCount(int64(len(s.Values))), FormatCount(int64(maxWork/work)))
	}
	points := make([]sweptAccount, len(s.Values))
	for i, value := range s.Values {
		if whole && !(value >= 0 && value <= maxUnits && value == math.Trunc(value)) {
			return fault("%s is out of range; legal: %s", FormatNumber(value), legalUnits)
		}
		account, point := with(value)
		if faults, ok := account.Validate().(Faults); ok {
			return fault("at %s %s: %s: %s", s.Field, FormatNumber(value), faults[0].Field, faults[0].Message)
		}
		points[i] = sweptAccount{point, account}
	}
	return base, points, nil
}
