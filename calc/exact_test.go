package calc_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

func rat(x float64) *big.Rat        { return new(big.Rat).SetFloat64(x) }
func ratUnits(n int64) *big.Rat     { return new(big.Rat).SetInt64(n) }
func ratMul(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) }
func ratQuo(x, y *big.Rat) *big.Rat { return new(big.Rat).Quo(x, y) }
func ratSub(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) }

func ratMin(x, y *big.Rat) *big.Rat {
	if x.Cmp(y) < 0 {
		return x
	}
	return y
}

// ratRate is the rate that units accept by their rate limit: 10 requests per second each.
func ratRate(units *big.Rat) *big.Rat { return ratMul(ratUnits(10), units) }

// An exactSplit is the split of one function in rational numbers.
type exactSplit struct {
	provisioned, excess, onDemand *big.Rat // rates, requests per second
	seconds                       *big.Rat // the duration, nil if it is not known
}

// checkAgainstExact compares a split with one in rational numbers, which is written from the definition and not from
// the code.
func checkAgainstExact(t *testing.T, a calc.Account, r calc.SpillResult) {
	t.Helper()
	for i, exact := range exactSplits(a) {
		row := r.Functions[i]
		for what, pair := range map[string]struct {
			exact *big.Rat
			got   float64
		}{"provisioned": {exact.provisioned, row.ProvisionedRPS}, "on demand": {exact.onDemand, row.OnDemandRPS}} {
			want, _ := pair.exact.Float64()
			if math.Abs(want-pair.got) > accuracy*row.RPS {
				t.Errorf("function %d %s: %v, exactly %v", i, what, pair.got, want)
			}
		}
	}
}

// exactSplits splits the load of each function of an account.
func exactSplits(a calc.Account) []exactSplit {
	splits := make([]exactSplit, len(a.Functions))
	shared := ratUnits(a.Concurrency)
	for i, f := range a.Functions {
		splits[i] = exactExcess(f)
		if reserved, ok := f.Reserved.Get(); ok {
			shared.Sub(shared, ratUnits(reserved))
			splits[i].onDemand = splits[i].reserved(f, reserved)
		} else {
			shared.Sub(shared, ratUnits(f.Provisioned))
		}
	}
	shareExactly(a.Functions, splits, shared)
	return splits
}

// exactExcess returns the part of a function's load that provisioned concurrency serves, and the rest.
func exactExcess(f calc.Function) (s exactSplit) {
	rate, provisioned := rat(f.RPS.Or(0)), ratUnits(f.Provisioned)
	s.provisioned = ratMin(rate, ratRate(provisioned))
	if ms, ok := f.DurationMS.Get(); ok {
		s.seconds = ratQuo(rat(ms), ratUnits(1000))
		s.provisioned = ratMin(s.provisioned, ratQuo(provisioned, s.seconds))
	}
	s.excess = ratSub(rate, s.provisioned)
	return s
}

// reserved returns the part that a reservation serves on demand.
func (s exactSplit) reserved(f calc.Function, reserved int64) *big.Rat {
	onDemand := s.excess
	if f.Mode != calc.Async {
		onDemand = ratMin(onDemand, ratSub(ratRate(ratUnits(reserved)), s.provisioned))
	}
	switch {
	case s.seconds != nil:
		return ratMin(onDemand, ratQuo(ratUnits(reserved-f.Provisioned), s.seconds))
	case reserved == f.Provisioned:
		return new(big.Rat)
	}
	return onDemand
}

// shareExactly shares the unreserved units among the functions without a reservation: first the rate limit reduces all
// synchronous requests alike, then concurrency reduces all requests of known duration alike.
func shareExactly(functions []calc.Function, splits []exactSplit, shared *big.Rat) {
	synchronous := new(big.Rat)
	for i, f := range functions {
		if !f.Reserved.Known() && f.Mode != calc.Async {
			synchronous.Add(synchronous, splits[i].excess)
		}
	}
	rateShare := ratUnits(1)
	if synchronous.Sign() > 0 {
		rateShare = ratMin(rateShare, ratQuo(ratRate(shared), synchronous))
	}
	load := new(big.Rat)
	for i, f := range functions {
		s := &splits[i]
		if f.Reserved.Known() {
			continue
		}
		s.onDemand = s.excess
		if f.Mode != calc.Async {
			s.onDemand = ratMul(s.excess, rateShare)
		}
		if s.seconds != nil {
			load.Add(load, ratMul(s.onDemand, s.seconds))
		}
	}
	loadShare := ratUnits(1)
	if load.Sign() > 0 {
		loadShare = ratMin(loadShare, ratQuo(shared, load))
	}
	for i, f := range functions {
		s := &splits[i]
		switch {
		case f.Reserved.Known():
		case shared.Sign() == 0:
			s.onDemand = new(big.Rat)
		case s.seconds != nil:
			s.onDemand = ratMul(s.onDemand, loadShare)
		}
	}
}
