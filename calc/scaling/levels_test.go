package scaling_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/scaling"
)

// TestParseLevels checks what is read, and what is refused.
func TestParseLevels(t *testing.T) {
	got, err := scaling.ParseLevels("9:30=36, 0=2,6=1000")
	want := []scaling.Level{{FromS: 0, Units: 2}, {FromS: 21600, Units: 1000}, {FromS: 34200, Units: 36}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for text, want := range map[string]string{
		"": "is not a list of levels", "5": "is not a list", "0=1,": "is not a list", "0=x": "x",
		"0=2,24=1": `"24" is not a time of the day; expected an hour from 0 to 23`, "9:60=1": `"9:60" is not a time`,
		"9:5=1": `"9:5" is not a time`, "-1=2": `"-1" is not a time`, "0=1,0:00=2": "has two levels from 0:00 on",
	} {
		if _, err := scaling.ParseLevels(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestDailyLevels checks levels over two days, from within the first.
func TestDailyLevels(t *testing.T) {
	levels := []scaling.Level{{FromS: 3600, Units: 5}, {FromS: 7200, Units: 9}}
	const day = 86_400
	for _, c := range []struct {
		start   int64
		first   int64
		changes []scaling.Change
	}{
		{10 * day, 9, []scaling.Change{
			{AtS: 3600, Units: 5, Cause: scaling.Scheduled}, {AtS: 7200, Units: 9, Cause: scaling.Scheduled},
			{AtS: day + 3600, Units: 5, Cause: scaling.Scheduled}}},
		{10*day + 3600, 5, []scaling.Change{
			{AtS: 3600, Units: 9, Cause: scaling.Scheduled}, {AtS: day, Units: 5, Cause: scaling.Scheduled},
			{AtS: day + 3600, Units: 9, Cause: scaling.Scheduled}}},
		{-1800, 9, []scaling.Change{
			{AtS: 1800 + 3600, Units: 5, Cause: scaling.Scheduled}, {AtS: 1800 + 7200, Units: 9, Cause: scaling.Scheduled},
			{AtS: day + 1800 + 3600, Units: 5, Cause: scaling.Scheduled}}},
	} {
		first, changes := scaling.DailyLevels(levels, c.start, day+7200)
		if first != c.first || !reflect.DeepEqual(changes, c.changes) {
			t.Errorf("from %d: %d, %+v", c.start, first, changes)
		}
	}
}
