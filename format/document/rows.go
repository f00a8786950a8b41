package document

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
)

// A SpillPoint is a row of spillover: the swept function at one point.
type SpillPoint struct {
	// Point is the value of the setting.
	Point calc.SweepPoint `json:"point"`
	calc.FunctionSpill
}

// A PlanPoint is a row of plan: the swept function at one point.
type PlanPoint struct {
	// Point is the value of the setting.
	Point calc.SweepPoint `json:"point"`
	calc.FunctionPlan
}

// SpillPoints lists the points of a sweep.
func SpillPoints(d Spillover) []SpillPoint {
	points, swept := make([]SpillPoint, len(d.Result.Sweep)), d.Inputs.Swept()
	for i, at := range d.Result.Sweep {
		points[i] = SpillPoint{at.Point, at.Functions[swept]}
	}
	return points
}

// PlanPoints lists the points of a sweep.
func PlanPoints(d Plan) []PlanPoint {
	points, swept := make([]PlanPoint, len(d.Result.Sweep)), d.Inputs.Swept()
	for i, at := range d.Result.Sweep {
		points[i] = PlanPoint{at.Point, at.Functions[swept]}
	}
	return points
}

// CompareRows lists the variants, without their functions.
func CompareRows(d Compare) []calc.ComparedAccount {
	rows := make([]calc.ComparedAccount, len(d.Result.Variants))
	for i, v := range d.Result.Variants {
		rows[i] = v.ComparedAccount
	}
	return rows
}

// CheckRows lists the findings of a check, without a reason, followed by the accepted ones with their reasons.
func CheckRows(d Check) []check.Accepted {
	rows := make([]check.Accepted, 0, len(d.Findings)+len(d.Result.Accepted))
	for _, f := range d.Findings {
		rows = append(rows, check.Accepted{Finding: f})
	}
	return append(rows, d.Result.Accepted...)
}
