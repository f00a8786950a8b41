package calc

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
)

// A RegionShare is the part of the requests of a function of Lambda@Edge that a Region handles.
type RegionShare struct {
	// Region is the code of the Region, such as eu-west-1.
	Region string `json:"region"`
	// Share is its part of the requests, a ratio, more than 0, up to 1.
	Share float64 `json:"share_ratio"`
}

// A RegionQuota is the concurrency quota of the account in a Region.
type RegionQuota struct {
	// Region is the code of the Region.
	Region string `json:"region"`
	// Concurrency is the quota, units, 1 to 1e8.
	Concurrency int64 `json:"concurrency"`
}

// sharesTolerance is how far the shares of Regions may be from 100 % together, so that thirds can be written.
const sharesTolerance = 1e-3

// ParseRegions reads the shares of Regions: us-east-1=60%,eu-west-1=40%. It looks neither at the Regions themselves nor
// at the sum of the shares.
func ParseRegions(text string) (list []RegionShare, err error) {
	err = parseByRegion(text, "60%", func(region, value string) error {
		share, err := quantity.ParsePercent(value)
		list = append(list, RegionShare{region, share})
		return err
	})
	return list, err
}

// ParseRegionQuotas reads quotas by Region: eu-west-1=3000,us-east-1=2000. It does not look at the Regions themselves.
func ParseRegionQuotas(text string) (list []RegionQuota, err error) {
	err = parseByRegion(text, "3000", func(region, value string) error {
		units, err := quantity.ParseCount(value)
		list = append(list, RegionQuota{region, units})
		return err
	})
	return list, err
}

// parseByRegion reads REGION=VALUE, separated by commas.
func parseByRegion(text, example string, read func(region, value string) error) error {
	for part := range strings.SplitSeq(text, ",") {
		region, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || region == "" {
			return &quantity.ValueError{Text: part, Problem: "is not a Region with its value",
				Legal: "REGION=VALUE, such as us-east-1=" + example}
		}
		if err := read(strings.TrimSpace(region), strings.TrimSpace(value)); err != nil {
			return err
		}
	}
	return nil
}

// edgeFaults checks the Regions of a function of Lambda@Edge, and what is set for it that such a function cannot have.
//
// Source: aws.SourceEdge, aws.SourceEdgeQuota, read 2026-11.
func (f *Faults) edgeFaults(i int, fn *Function) {
	if len(fn.Regions) == 0 {
		return
	}
	sum, seen := 0.0, map[string]bool{}
	for _, r := range fn.Regions {
		f.check(i, "regions", CheckRegion(r.Region))
		switch {
		case seen[r.Region]:
			f.note(i, "regions", "%s is named twice; expected each Region once", r.Region)
		case !(r.Share > 0 && r.Share <= 1):
			f.note(i, "regions", "the share of %s is %s; expected more than 0%%, up to 100%%", r.Region,
				quantity.FormatPercent(r.Share))
		}
		seen[r.Region] = true
		sum += r.Share
	}
	if !(sum >= 1-sharesTolerance && sum <= 1+sharesTolerance) {
		f.note(i, "regions", "the shares add up to %s; expected 100%%", quantity.FormatPercent(sum))
	}
	refuse := func(is bool, key, what, expected string) {
		if is {
			f.note(i, key, "functions of Lambda@Edge have no %s; expected %s", what, expected)
		}
	}
	refuse(fn.Reserved.Known(), "reserved", "reserved concurrency", "none, or no regions")
	refuse(fn.Provisioned > 0, "provisioned", "provisioned concurrency", "none, or no regions")
	refuse(fn.Mode == Async, "mode", "asynchronous requests: CloudFront waits for the answer", "sync")
	refuse(fn.IsManaged(), "compute", "Managed Instances", string(OnLambda))
	refuse(fn.HasTenants() && fn.Tenants.Known(), "tenants", "tenant isolation", "none, or no regions")
	refuse(fn.Arch == ARM, "arch", "arm64", string(X86))
	if ms := fn.DurationMS.Or(0); ms > aws.MaxEdgeDurationMS && !fn.Durable {
		f.note(i, "duration", "%s is longer than a function of Lambda@Edge may run; expected at most %s",
			quantity.FormatLongDuration(ms), quantity.FormatDuration(aws.MaxEdgeDurationMS))
	}
	refuse(fn.Durable, "active", "durable executions", "duration")
	refuse(slices.ContainsFunc(fn.Sources, func(s source.Source) bool { return true }), "regions", "event sources",
		"none, or no regions")
}

// quotaFaults checks the quotas of other Regions.
func (f *Faults) quotaFaults(a Account) {
	used := map[string]bool{}
	for i := range a.Functions {
		for _, r := range a.Functions[i].Regions {
			used[r.Region] = true
		}
	}
	seen := map[string]bool{}
	for _, q := range a.Quotas {
		const key = "region_concurrency"
		f.check(AccountFault, key, CheckRegion(q.Region))
		within(f, AccountFault, key, q.Concurrency, quantity.QuotaUnits)
		switch {
		case seen[q.Region]:
			f.note(AccountFault, key, "%s is named twice; expected each Region once", q.Region)
		case q.Region == a.Region:
			f.note(AccountFault, key, "%s is the Region of the account; expected its quota as the account's", q.Region)
		case !used[q.Region]:
			f.note(AccountFault, key, "no function runs in %s; expected a Region of some function's regions", q.Region)
		}
		seen[q.Region] = true
	}
}

// edgeMark joins the name of a function and a Region in the name of a row. It is in no name of a function.
const edgeMark = "@"

// FunctionName returns the name of the function that a row is about: that of the row without the Region.
func (f *FunctionSpill) FunctionName() string {
	return strings.TrimSuffix(f.Name, edgeMark+f.Region.Or(""))
}

// inRegion returns the part of a function of Lambda@Edge that a Region handles, an ordinary function there.
func (f *Function) inRegion(r RegionShare, sum float64) Function {
	g := *f
	g.Name, g.region, g.Regions, g.Mode = f.Name+edgeMark+r.Region, r.Region, nil, Sync
	alone := Account{Functions: []Function{g}}
	return alone.scaled(r.Share / sum).Functions[0]
}

// A region is the part of an account in one Region, which has a quota of its own.
type region struct {
	account Account
	home    bool
	rows    []int // by function: the index of its row in the answer
}

// isEdge reports whether an account has functions of Lambda@Edge.
func (a Account) isEdge() bool {
	return slices.ContainsFunc(a.Functions, func(f Function) bool { return len(f.Regions) > 0 })
}

// regions divides an account with functions of Lambda@Edge into Regions: first that of the account, if it has functions
// there, then the others. Each function of Lambda@Edge has a row for each of its Regions. It returns nil for any other
// account.
func (a Account) regions() (list []region) {
	if !a.isEdge() {
		return nil
	}
	home := a
	home.Functions, home.Quotas = nil, nil
	list = append(list, region{account: home, home: true})
	row := 0
	add := func(r *region, f Function) {
		r.account.Functions, r.rows = append(r.account.Functions, f), append(r.rows, row)
		row++
	}
	for i := range a.Functions {
		f := &a.Functions[i]
		if len(f.Regions) == 0 {
			add(&list[0], *f)
			continue
		}
		sum := 0.0
		for _, share := range f.Regions {
			sum += share.Share
		}
		for _, share := range f.Regions {
			at := slices.IndexFunc(list, func(r region) bool { return r.account.Region == share.Region })
			if at < 0 {
				at = len(list)
				list = append(list, region{account: a.inOther(share.Region)})
			}
			add(&list[at], f.inRegion(share, sum))
		}
	}
	if len(list[0].rows) == 0 {
		return list[1:]
	}
	return list
}

// inOther returns the account in another Region, without functions.
func (a Account) inOther(code string) Account {
	b := a
	b.Region, b.Functions, b.Quotas, b.ClaimedElsewhere = code, nil, nil, 0
	for _, q := range a.Quotas {
		if q.Region == code {
			b.Concurrency, b.DefaultQuota = q.Concurrency, false
		}
	}
	return b
}

// AtHome returns the account in its own Region: of a function of Lambda@Edge only the part that this Region handles is
// left, which may be none.
func (a Account) AtHome() Account {
	if !a.isEdge() {
		return a
	}
	a.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		f := &a.Functions[i]
		if len(f.Regions) == 0 {
			continue
		}
		sum, own := 0.0, 0.0
		for _, r := range f.Regions {
			if sum += r.Share; r.Region == a.Region {
				own = r.Share
			}
		}
		g := f.inRegion(RegionShare{a.Region, own}, sum)
		g.Name = f.Name
		*f = g
	}
	a.Quotas = nil
	return a
}

// perRegion returns an account with a function for each row of its answer.
func (a Account) perRegion() Account {
	parts := a.regions()
	if parts == nil {
		return a
	}
	a.Functions = make([]Function, rowsOf(parts))
	for _, part := range parts {
		for i, row := range part.rows {
			a.Functions[row] = part.account.Functions[i]
		}
	}
	return a
}

// rowsOf returns the number of rows of Regions.
func rowsOf(parts []region) (n int) {
	for _, part := range parts {
		n += len(part.rows)
	}
	return n
}

// RegionResult is what happens in one of several Regions.
type RegionResult struct {
	// Region is the code of the Region; absent for the Region of the account if that is not known.
	Region Optional[string] `json:"region"`
	// Own reports whether it is the account's own Region.
	Own bool `json:"own"`
	// Concurrency is the quota there, units.
	Concurrency int64 `json:"concurrency"`
	// Unreserved is the concurrency that functions without a reservation share there, units.
	Unreserved int64 `json:"unreserved"`
	// RPS is the combined offered rate there, requests per second.
	RPS float64 `json:"rps"`
	// RequiredConcurrency is the smallest quota there that can handle the load, units; absent without rates.
	RequiredConcurrency Optional[int64] `json:"required_concurrency"`
	// RecommendedConcurrency is the quota that a plan recommends there, units; absent without a plan.
	RecommendedConcurrency Optional[int64] `json:"recommended_concurrency,omitzero"`
	// Verdict is the worst verdict of any function there.
	Verdict Verdict `json:"verdict"`
	// VerdictRandom is the worst verdict with random arrivals; absent if it is not known.
	VerdictRandom Optional[Verdict] `json:"verdict_random"`
}

// result describes a Region by its row of an account.
func (r *region) result(t *SpillAccount) RegionResult {
	x := RegionResult{Own: r.home, Concurrency: t.Concurrency, Unreserved: t.Unreserved, RPS: t.RPS,
		RequiredConcurrency: t.RequiredConcurrency, Verdict: t.Verdict, VerdictRandom: t.VerdictRandom}
	if r.account.Region != "" {
		x.Region = Some(r.account.Region)
	}
	return x
}

// mark says in the row of a function of Lambda@Edge in which Region it is and, if that is another than the account's,
// which units it shares.
func (r *region) mark(row *FunctionSpill, i int) {
	f := &r.account.Functions[i]
	if f.region == "" {
		return
	}
	row.Region = Some(f.region)
	if !r.home {
		row.RegionUnreserved = Some(r.account.Unreserved())
	}
}

// join adds the row of a Region to that of the account, which begins with that of its own Region. What is set aside and
// the quota stay those of the account's own Region; the required quota is the highest of any.
func (t *SpillAccount) join(other *SpillAccount) {
	t.OfferedSyncRPS += other.OfferedSyncRPS
	t.RPS += other.RPS
	t.ProvisionedRPS += other.ProvisionedRPS
	t.OnDemandRPS += other.OnDemandRPS
	t.ThrottledRPS += other.ThrottledRPS
	t.QueuedRPS += other.QueuedRPS
	t.SpilloverRPS += other.SpilloverRPS
	t.SpilloverRatio = ratio(t.SpilloverRPS, t.RPS)
	t.ThrottledRatio = ratio(t.ThrottledRPS, t.RPS)
	t.QueuedRatio = ratio(t.QueuedRPS, t.RPS)
	if n, ok := other.RequiredConcurrency.Get(); ok {
		t.RequiredConcurrency = Some(max(n, t.RequiredConcurrency.Or(0)))
	}
	worst := Worse(t.Headline(), other.Headline())
	random := t.VerdictRandom.Known() || other.VerdictRandom.Known()
	if t.Verdict = Worse(t.Verdict, other.Verdict); random {
		t.VerdictRandom = Some(worst)
	}
	t.Cost = joinCosts(t.Cost, other.Cost)
}

// joinCosts adds the costs in two Regions. An amount is absent if either is.
func joinCosts(x, y Optional[AccountCost]) Optional[AccountCost] {
	sum, known := x.Get()
	if !known {
		return x
	}
	sum.addAll(y.Or(AccountCost{}).Cost)
	return Some(sum)
}

// answer splits the load of an account, Region by Region if it has functions of Lambda@Edge.
func (a Account) answer(o SpillOptions, by Sizing, withFindings bool) (r SpillResult) {
	parts := a.regions()
	one := func(a Account) SpillResult {
		s := a.spill(o)
		s.judge(by)
		if withFindings {
			s.Findings = a.inPools().loadFindings(s.Functions, s.costs, o.Chance, by)
		}
		return s.SpillResult
	}
	if parts == nil {
		return one(a)
	}
	if a.Region == "" {
		o.Cost = nil
	}
	r.Functions = make([]FunctionSpill, rowsOf(parts))
	var found regionFindings
	for i := range parts {
		part := &parts[i]
		s := one(part.account)
		for j, row := range part.rows {
			r.Functions[row] = s.Functions[j]
			part.mark(&r.Functions[row], j)
		}
		r.Regions = append(r.Regions, part.result(&s.Account))
		if i == 0 {
			r.Account = s.Account
		} else {
			r.Account.join(&s.Account)
		}
		found.add(i == 0, s.Findings)
	}
	if withFindings {
		r.Findings = found.list(a)
	}
	return r
}

// steadyRows splits the load of an account in the steady state.
func (a Account) steadyRows() (rows []FunctionSpill) {
	parts := a.regions()
	if parts == nil {
		rows = make([]FunctionSpill, len(a.Functions))
		a.split(rows, a.Unreserved())
		return rows
	}
	rows = make([]FunctionSpill, rowsOf(parts))
	for _, part := range parts {
		for i, f := range part.account.steadyRows() {
			rows[part.rows[i]] = f
		}
	}
	return rows
}

// home returns the part of an account in its own Region or, if it has none, in the first one.
func (a Account) home(parts []region) Account {
	if parts == nil {
		return a
	}
	return parts[0].account
}

// edge adds the pools of the other Regions. Functions of Lambda@Edge may use the whole quota of each.
func (l *poolList) edge(parts []region) {
	for i := 1; i < len(parts); i++ {
		from := len(l.list)
		l.shared(parts[i].account)
		for j := from; j < len(l.list); j++ {
			l.list[j].Region = Some(parts[i].account.Region)
		}
	}
	if len(parts) > 0 && !parts[0].home {
		for j := range l.list {
			l.list[j].Region = l.list[j].Region.Else(Some(parts[0].account.Region))
		}
	}
}

// join adds what the other Regions require of their quotas, and what is assumed about them.
func (r *LimitsResult) join(a Account, parts []region) {
	if parts == nil {
		return
	}
	for i := 1; i < len(parts); i++ {
		other := parts[i].account.Result()
		r.Account.OfferedSyncRPS += other.OfferedSyncRPS
		if n, ok := other.RequiredConcurrency.Get(); ok {
			r.Account.RequiredConcurrency = Some(max(n, r.Account.RequiredConcurrency.Or(0)))
		}
	}
	found := regionFindings{found: r.Findings}
	r.Findings = found.list(a)
}

// describeQuota says what the quota of other Regions is.
func (a Account) describeQuota() string {
	if len(a.Quotas) > 0 {
		return "Regions without a quota of their own have that of the account"
	}
	return fmt.Sprintf("each Region has the quota of the account, %s units", quantity.FormatCount(a.Concurrency))
}

// In returns the functions that run in a Region, of an account with a function for each row of its plan.
func (a Account) In(region string) (functions []Function) {
	for i := range a.Functions {
		if f := a.Functions[i]; f.region == region || f.region == "" && region == a.Region {
			functions = append(functions, f)
		}
	}
	return functions
}

// abroad returns the Region of a row if it is another than the account's, else an empty text.
func (f *FunctionSpill) abroad() string {
	if f.RegionUnreserved.Known() {
		return f.Region.Or("")
	}
	return ""
}

// byRegion reports whether rows are about several Regions.
func byRegion(rows []FunctionSpill) bool {
	return slices.ContainsFunc(rows, func(f FunctionSpill) bool { return f.Region.Known() })
}
