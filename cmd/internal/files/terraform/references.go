package terraform

import (
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// maxReferences limits the number of references followed for one value.
const maxReferences = 64

// A budget is the number of references that may still be followed.
type budget int

func newBudget() *budget {
	left := budget(maxReferences)
	return &left
}

// spend takes one reference from the budget, and reports whether any was left.
func (b *budget) spend() bool {
	*b--
	return *b >= 0
}

// ownerOf returns the function that a resource belongs to, and the qualifier given with its name. If the name is
// unknown, the address of the resource replaces it, so that the numbers still count.
func (p *plan) ownerOf(res *resource, setting string) (*record.Function, string) {
	name, qualifier := p.owner(res, newBudget())
	ambiguous := p.inBothRegions[name] && res.region() == "" && p.linkedName(res, setting, newBudget()) == ""
	if name != "" && !ambiguous {
		return p.Function(name, res.place), qualifier
	}
	f := p.Unowned(res.address, res.place)
	if ambiguous {
		p.NoteUnknown(f, res.place, setting, "several Regions have a function of this name", "use a plan of one Region")
	} else {
		p.noteUnresolved(f, res, setting)
	}
	return f, qualifier
}

// owner finds the name of the function that a resource belongs to, and the qualifier given with it. Both
// are empty if they cannot be determined.
func (p *plan) owner(res *resource, left *budget) (name, qualifier string) {
	switch res.of {
	case lambdaFunction:
		return res.name, ""
	case scalingTarget, scalingPolicy, scheduledAction:
		const setting = "resource_id"
		if id := res.known(setting); id != "" {
			name, qualifier, _ = record.SplitResource(id)
			return name, qualifier
		}
		return p.linkedName(res, setting, left), p.linkedQualifier(res, setting, left)
	}
	settings := []string{"function_name", "function_arn"}
	for _, setting := range settings {
		if name, qualifier = record.SplitName(res.known(setting)); name != "" {
			return name, qualifier
		}
	}
	for _, setting := range settings {
		if name = p.linkedName(res, setting, left); name != "" {
			return name, ""
		}
	}
	return "", ""
}

// namingAttributes are the attributes that identify the function a resource is about. The empty one stands for a
// reference to the whole resource, which is all that Terraform writes if the instance key is an expression.
var namingAttributes = []string{"", "arn", "function_name", "function_arn", "id", "invoke_arn", "qualified_arn",
	"qualified_invoke_arn", "resource_id"}

// linkedName finds the name of a function through the references of a setting.
func (p *plan) linkedName(res *resource, setting string, left *budget) (name string) {
	p.follow(p.references(res, setting), res.scope(), left, func(end *resource, attribute string) bool {
		if slices.Contains(namingAttributes, attribute) {
			name, _ = p.owner(end, left)
		}
		return name != ""
	})
	return name
}

// qualifier finds the version or alias that provisioned concurrency is for.
func (p *plan) qualifier(res *resource, left *budget) string {
	if known := res.known("qualifier"); known != "" {
		return known
	}
	return p.linkedQualifier(res, "qualifier", left)
}

// version finds the version that an alias points to; empty if it cannot be determined.
func (p *plan) version(alias *resource, left *budget) string {
	if known := alias.known("function_version"); known != "" {
		return known
	}
	return p.linkedQualifier(alias, "function_version", left)
}

var (
	versionAttributes = []string{"version", "qualified_arn", "qualified_invoke_arn"} // of a function
	aliasAttributes   = []string{"", "name", "arn", "id", "invoke_arn"}
)

// linkedQualifier finds a version or an alias through the references of a setting. A reference to a whole function is
// the last choice, because it may stand for the function's name.
func (p *plan) linkedQualifier(res *resource, setting string, left *budget) (qualifier string) {
	last := ""
	p.follow(p.references(res, setting), res.scope(), left, func(end *resource, attribute string) bool {
		switch {
		case end.of == lambdaFunction && attribute == "":
			last = end.latestVersion()
		case end.of == lambdaFunction && slices.Contains(versionAttributes, attribute):
			qualifier = end.latestVersion()
		case end.of == lambdaAlias && attribute == "function_version":
			qualifier = p.version(end, left)
		case end.of == lambdaAlias && slices.Contains(aliasAttributes, attribute):
			qualifier = end.aliasName()
		case end.of == provisionedConfig && (attribute == "" || attribute == "qualifier"):
			qualifier = p.qualifier(end, left)
		case attribute == "" || attribute == "resource_id":
			_, qualifier = p.owner(end, left)
		}
		return qualifier != ""
	})
	if qualifier == "" {
		return last
	}
	return qualifier
}

// A scope is the context of an expression: an instance of a module and, inside it, an instance of a
// resource or of a module call.
type scope struct {
	module   string // its address; empty for the root module
	key      string // of the instance, with brackets; empty if it has none
	resource string // type.name; empty if the context is not a resource
}

func (res *resource) scope() scope {
	module, rest := cutModule(splitAddress(res.address))
	in := scope{module: joinAddress(module)}
	if len(rest) > 1 {
		in.resource = rest[0] + "." + rest[1]
	}
	if len(rest) > 0 && isKey(rest[len(rest)-1]) {
		in.key = rest[len(rest)-1]
	}
	return in
}

// references returns the references of a setting in a resource's configuration.
func (p *plan) references(res *resource, setting string) []string {
	module, rest := cutModule(splitAddress(res.address))
	if len(rest) < 2 {
		return nil
	}
	if m := p.root.find(module); m != nil {
		return m.references[rest[0]+"."+rest[1]+"."+setting]
	}
	return nil
}

// A visit examines the resource and the attribute at the end of a reference. It reports whether to stop.
type visit = func(end *resource, attribute string) bool

// follow follows references to the resources they end at: up to the module calls that set variables, and down to the
// outputs of modules. It stops when enough returns true, and reports whether it did.
func (p *plan) follow(references []string, in scope, left *budget, enough visit) bool {
	before := ""
	for _, reference := range references {
		// After a.b.c, Terraform also lists a.b.
		if rest, ok := strings.CutPrefix(before, reference); ok && rest != "" && (rest[0] == '.' || rest[0] == '[') {
			continue
		}
		before = reference
		if !left.spend() {
			return false
		}
		if steps := splitAddress(reference); len(steps) >= 2 && p.followOne(steps, in, left, enough) {
			return true
		}
	}
	return false
}

// followOne follows one reference, which must have at least two steps.
func (p *plan) followOne(steps []string, in scope, left *budget, enough visit) bool {
	switch steps[0] {
	case "var":
		caller, call, key := cutCall(splitAddress(in.module))
		m := p.root.find(caller)
		if m == nil || call == "" {
			return false
		}
		values := m.references["module."+call+"."+steps[1]]
		return p.follow(values, scope{module: joinAddress(caller), key: key}, left, enough)
	case "each":
		m := p.root.find(splitAddress(in.module))
		if m == nil || steps[1] != "value" {
			return false
		}
		for _, origin := range m.references[in.resource+"."+eachSetting] {
			instance := strings.Join(append([]string{origin + in.key}, steps[2:]...), ".")
			if p.follow([]string{instance}, scope{module: in.module, key: in.key}, left, enough) {
				return true
			}
		}
		return false
	case "module":
		inner, rest := cutModule(steps[:min(len(steps), 3)])
		if len(rest) == 0 && len(steps) > 3 {
			rest = steps[3:]
		}
		module := append(splitAddress(in.module), inner...)
		m := p.root.find(module)
		if m == nil || len(rest) == 0 {
			return false
		}
		return p.follow(m.references["output."+rest[0]], scope{module: joinAddress(module)}, left, enough)
	}
	end, attribute := p.endOf(steps, in)
	return end != nil && enough(end, attribute)
}

// endOf returns the resource and the attribute at the end of a reference. The resource is nil if the reference leads
// to something else, or to a resource that does not affect concurrency.
func (p *plan) endOf(steps []string, in scope) (res *resource, attribute string) {
	base := joinAddress(append(splitAddress(in.module), steps[:2]...))
	rest := steps[2:]
	switch instances := p.instancesOf(base); {
	case len(rest) > 0 && isKey(rest[0]):
		if res = p.addresses[base+rest[0]]; res == nil {
			res = p.addresses[base] // which stands for the instances of sources, if their number is not known
		}
		rest = rest[1:]
	case len(instances) == 1:
		res = instances[0]
	default:
		res = p.addresses[base+in.key]
	}
	if len(rest) > 0 {
		attribute = rest[0]
	}
	return res, attribute
}

// instancesOf returns the instances of a resource. The index is built on first use, because few plans need it.
func (p *plan) instancesOf(base string) []*resource {
	if p.instances == nil {
		p.instances = map[string][]*resource{}
		for _, res := range p.resources {
			base := res.address
			if strings.HasSuffix(base, "]") {
				steps := splitAddress(base)
				base = strings.TrimSuffix(base, steps[len(steps)-1])
			}
			p.instances[base] = append(p.instances[base], res)
		}
	}
	return p.instances[base]
}
