package calc

// A lossLimit returns the share of a function's attempts, 0 to 1, that may find everything full. ok is false if the
// function has no such limit, or if its loss cannot be computed.
type lossLimit func(f *Function) (share float64, ok bool)

// throttleLimit returns the limit of a throttle target: it applies to the throttled share of synchronous requests.
func throttleLimit(target float64) lossLimit {
	return func(f *Function) (float64, bool) { return target, f.throttleKnown() }
}

// lossSizes finds sizes from the share of a function's attempts that find everything full.
type lossSizes struct {
	limit   lossLimit
	bracket bracket
	pools   map[int64]*poolBracket // by units, since all functions ask for similar numbers
}

func (a Account) lossSizes(limit lossLimit) lossSizes {
	return lossSizes{limit, bracket{*a.sharedOverflow(), map[float64]overflow{}}, map[int64]*poolBracket{}}
}

// throttleUnits returns the result of unitsFor for each function and a throttle target.
func (a Account) throttleUnits(target float64) []Optional[int64] {
	sizes := a.lossSizes(throttleLimit(target))
	units := make([]Optional[int64], len(a.Functions))
	for i := range units {
		units[i] = sizes.unitsFor(&a.Functions[i])
	}
	return units
}

// UnreservedFor returns the smallest number of unreserved units, beyond provisioned concurrency, at which no
// synchronous function without a reservation has more than the target share of its random arrivals throttled, with the
// current settings. It is 0 if no function with a rate and a duration shares those units, or if no number of units is
// enough.
//
// It returns Faults if the account is not valid, or if the target is not between 0 and 1.
//
// Source: aws.SourceDerived, as for Chance.
func UnreservedFor(a Account, target float64) (units int64, err error) {
	if err := a.Validate(); err != nil {
		return 0, err
	}
	if err := (Sizing{TargetThrottle: Some(target)}).targetFaults().err(); err != nil {
		return 0, err
	}
	return a.unreservedFor(throttleLimit(target)).Or(0), nil
}

// UnreservedForRandom returns the fewest unreserved units, beyond provisioned concurrency, at which an insignificant
// share of the random arrivals at functions without a reservation is throttled or waits, with the current settings, see
// FunctionSpill.VerdictRandom. targeted leaves synchronous functions to a target for what is throttled. It is 0 if the
// units that there are suffice, and if no number is known to. The account must be valid.
//
// Source: aws.SourceDerived, as for Chance.
func UnreservedForRandom(a Account, targeted bool) int64 {
	limit := func(f *Function) (float64, bool) {
		share, ok := f.randomLimit()
		return share, ok && (f.Mode.Queues() || !targeted)
	}
	if a.sufficient(limit, a.Unreserved()) {
		return 0
	}
	return a.unreservedFor(limit).Or(0)
}

// unreservedFor returns the smallest number of unreserved units at which no function without a reservation loses more
// than its limit. It is absent if no function needs a known number.
func (a Account) unreservedFor(limit lossLimit) (units Optional[int64]) {
	sizes := a.lossSizes(limit)
	for i := range a.Functions {
		f := &a.Functions[i]
		if most, ok := units.Get(); f.Reserved.Known() || ok && sizes.enough(f, most) {
			continue
		}
		if n, ok := sizes.unitsFor(f).Get(); ok {
			units = Some(max(units.Or(0), n-f.Provisioned))
		}
	}
	return units
}

// sufficient reports whether a number of unreserved units is enough for each function that shares them and has a limit.
func (a Account) sufficient(limit lossLimit, units int64) bool {
	shared := a.sharedOverflow().pool(units)
	for i := range a.Functions {
		f := &a.Functions[i]
		most, ok := limit(f)
		if !ok || f.Reserved.Known() {
			continue
		}
		if t, _ := f.traffic(); shared.loss(f, &t) > most {
			return false
		}
	}
	return true
}

// unitsFor returns the smallest number of units, provisioned and on demand together, at which the function loses at
// most its limit. It is absent without a limit, or if no number is known to be enough.
func (s lossSizes) unitsFor(f *Function) Optional[int64] {
	limit, ok := s.limit(f)
	if !ok {
		return Optional[int64]{}
	}
	t, _ := f.traffic()
	if f.Reserved.Known() || !s.bracket.several {
		return f.unitsAlone(t, limit)
	}
	if limit <= 0 && t.rate > 0 {
		return Optional[int64]{}
	}
	guess := int64(s.bracket.sync.mean + s.bracket.asyncLoad)
	shared, ok := fewestUnits(guess, func(n int64) bool { return !s.loses(f, t, n, limit) }).Get()
	if !ok {
		return Optional[int64]{}
	}
	return Some(f.Provisioned + shared)
}

// unitsAlone returns the smallest number of units, provisioned and on demand together, at which a function that has
// them to itself loses at most the given share of its attempts. It is absent if no number is enough.
func (f *Function) unitsAlone(t traffic, limit float64) Optional[int64] {
	if !f.Mode.Queues() {
		return t.unitsFor(limit, Synchronous)
	}
	if t.rate == 0 {
		return Some(int64(0))
	}
	return fewestUnits(t.repeated(limit).quantile(1-limit), func(n int64) bool { return f.alone(&t, n) <= limit })
}

// enough reports whether a number of unreserved units is enough for a function that shares them with others.
func (s lossSizes) enough(f *Function, units int64) bool {
	limit, ok := s.limit(f)
	t, _ := f.traffic()
	return ok && s.bracket.several && !s.loses(f, t, units, limit)
}

// loses reports whether a function loses more than a limit if it shares a number of unreserved units.
func (s lossSizes) loses(f *Function, t traffic, units int64, limit float64) bool {
	p, ok := s.pools[units]
	if !ok {
		p = new(s.bracket.pool(units))
		s.pools[units] = p
	}
	return s.bracket.loses(p, f, t, limit)
}

// throttleKnown reports whether requests of the function can be throttled, and the throttled share can be computed.
func (f *Function) throttleKnown() bool {
	_, ok := f.random()
	return ok && !f.Mode.Queues()
}
