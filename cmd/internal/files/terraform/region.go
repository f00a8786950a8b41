package terraform

import (
	"maps"
	"slices"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// keepOneRegion drops the resources of all Regions but one, because each Region has its own quota. It keeps the
// Region requested by the user if that has functions, or else the one with the most functions.
func (p *plan) keepOneRegion() {
	count, first := map[string]int{}, map[string]check.Place{} // functions by Region
	for _, res := range p.resources {
		if region := res.region(); res.of == lambdaFunction && region != "" {
			if count[region]++; !first[region].Known() {
				first[region] = res.place
			}
		}
	}
	p.region = p.Options.Region
	if count[p.region] == 0 {
		p.region = ""
		for _, region := range slices.Sorted(maps.Keys(count)) {
			if count[region] > count[p.region] {
				p.region = region
			}
		}
	}
	if p.region != "" {
		p.Locate(p.region, "", first[p.region])
	}
	if len(count) < 2 {
		return
	}
	p.dropOtherRegions()
	for _, region := range slices.Sorted(maps.Keys(first)) {
		if p.isOtherRegion(region) {
			p.NoteUnknown(nil, first[region], "what functions set aside in "+region,
				"this check is about "+p.region+", and each Region has its own quota",
				"check it separately, with --region "+region)
		}
	}
}

// dropOtherRegions drops the resources of other Regions. A resource without a Region belongs to the Region
// of its function.
func (p *plan) dropOtherRegions() {
	here := map[string]bool{} // names of functions
	for _, res := range p.resources {
		if res.of == lambdaFunction {
			name, _ := record.SplitName(res.known("function_name"))
			if p.isOtherRegion(res.region()) {
				p.inOtherRegion[name] = name != ""
			} else {
				here[name] = true
			}
		}
	}
	p.inBothRegions = map[string]bool{}
	for name := range p.inOtherRegion {
		p.inBothRegions[name] = here[name]
	}
	p.resources = slices.DeleteFunc(p.resources, func(res *resource) bool {
		if region := res.region(); region != "" || res.of == lambdaFunction {
			return p.isOtherRegion(region)
		}
		name, _ := record.SplitName(res.known("function_name"))
		if id := res.known("resource_id"); id != "" {
			name, _, _ = record.SplitResource(id)
		}
		return p.inOtherRegion[name] && !here[name]
	})
}

// isOtherRegion reports whether a Region is known and differs from the one being checked.
func (p *plan) isOtherRegion(region string) bool {
	return region != "" && p.region != "" && region != p.region
}
