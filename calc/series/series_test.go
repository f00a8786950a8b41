package series_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc/series"
)

func TestDay(t *testing.T) {
	hours := make([]float64, 24)
	hours[9] = 150
	day := series.Day(hours)
	if !day.IsDay() || day.Step != 3600 || day.Len() != 24 || day.Peak() != 150 {
		t.Errorf("a day of 24 hours: %+v with the peak %v", day, day.Peak())
	}
	if day.At(9) != 150 || day.At(24+9) != 150 || day.At(8) != 0 {
		t.Error("a day does not repeat")
	}
	if quarters := series.Day(make([]float64, 96)); !quarters.IsDay() || quarters.Step != 900 {
		t.Errorf("a day of quarters of an hour: %+v", quarters)
	}
	none := series.Day(nil)
	if !none.Empty() || none.IsDay() || none.Peak() != 0 {
		t.Errorf("no values: %+v", none)
	}
	if (series.Series{Start: 3600, Step: 3600, Values: hours}).IsDay() {
		t.Error("a day begins at one o'clock")
	}
}
