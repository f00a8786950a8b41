package check

import (
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// tenants checks that the environments of a function's tenants are no more than AWS allows.
func (c *checker) tenants(f *Function) {
	limit, isolated := c.capacity.TenantLimit(&f.Function).Get()
	if !isolated || f.Tenants.Or(0) <= limit {
		return
	}
	needed := f.TenantUnits()
	r := report{function: f, place: f.place("tenants", "reserved"), message: c.capacity.TenantMessage(&f.Function),
		remedy: request(max(needed, c.account.Concurrency)), level: c.quotaLevel()}
	if reserved, ok := f.Reserved.Get(); ok {
		r.level = rule.Error
		r.remedy = "reserve at least " + quantity.FormatCount(needed) + c.quotaRemedy(needed-reserved)
	}
	c.add(rule.TenantLimit.Number, r)
}
