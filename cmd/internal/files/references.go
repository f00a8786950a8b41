package files

import (
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// ownerOf returns the function that a resource speaks of, and the qualifier that
// stands with its name. A function that nothing names is called by the address
// of the resource, so that its numbers count.
func (p *plan) ownerOf(res *planResource, setting string) (*Function, string) {
	name, qualifier := p.owner(res, newSearch())
	which := p.shared[name] && res.region() == "" && p.linkedName(res, setting, newSearch()) == ""
	if name != "" && !which {
		return p.function(name, res.place), qualifier
	}
	f := p.function(res.address, res.place)
	f.Deployment.Adrift = true
	if which {
		p.unknown(f, res.place, setting, "functions of this name are in several Regions", "give a plan of one Region")
	} else {
		p.unresolved(f, res, setting)
	}
	return f, qualifier
}

// newSearch returns how many references may be followed.
func newSearch() *int {
	left := maxReferences
	return &left
}

// owner finds the name of the function that a resource speaks of, and the
// qualifier that stands with it; empty where nothing tells.
func (p *plan) owner(res *planResource, left *int) (name, qualifier string) {
	switch res.of {
	case lambdaFunction:
		return res.name, ""
	case scalingTarget, scalingPolicy, scheduledAction:
		const setting = "resource_id"
		if id := res.known(setting); id != "" {
			name, qualifier, _ = splitResource(id)
			return name, qualifier
		}
		return p.linkedName(res, setting, left), p.linkedQualifier(res, setting, left)
	}
	settings := []string{"function_name", "function_arn"}
	for _, setting := range settings {
		if name, qualifier = splitName(res.known(setting)); name != "" {
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

// namesFunction are the attributes that tell which function a resource is about.
// The empty one is a reference to the resource itself: Terraform writes no more
// where the key of the instance is an expression.
var namesFunction = []string{"", "arn", "function_name", "function_arn", "id", "invoke_arn", "qualified_arn", "qualified_invoke_arn", "resource_id"}

// linkedName finds the name of a function by the references of a setting.
func (p *plan) linkedName(res *planResource, setting string, left *int) (name string) {
	p.follow(p.references(res, setting), res.scope(), left, func(end *planResource, attribute string) bool {
		if slices.Contains(namesFunction, attribute) {
			name, _ = p.owner(end, left)
		}
		return name != ""
	})
	return name
}

// qualifier finds the version or alias that provisioned concurrency is for.
func (p *plan) qualifier(res *planResource, left *int) string {
	if known := res.known("qualifier"); known != "" {
		return known
	}
	return p.linkedQualifier(res, "qualifier", left)
}

// version finds the version that an alias names; empty where nothing tells.
func (p *plan) version(alias *planResource, left *int) string {
	if known := alias.known("function_version"); known != "" {
		return known
	}
	return p.linkedQualifier(alias, "function_version", left)
}

// linkedQualifier finds a version or an alias by the references of a setting. A
// reference to a whole function may mean its name, so that one to anything else
// comes first.
func (p *plan) linkedQualifier(res *planResource, setting string, left *int) (qualifier string) {
	last := ""
	p.follow(p.references(res, setting), res.scope(), left, func(end *planResource, attribute string) bool {
		switch {
		case end.of == lambdaFunction && attribute == "":
			last = end.newest()
		case end.of == lambdaFunction && slices.Contains([]string{"version", "qualified_arn", "qualified_invoke_arn"}, attribute):
			qualifier = end.newest()
		case end.of == lambdaAlias && attribute == "function_version":
			qualifier = p.version(end, left)
		case end.of == lambdaAlias && slices.Contains([]string{"", "name", "arn", "id", "invoke_arn"}, attribute):
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

// eachSetting is what a resource has an instance for each of.
const eachSetting = "for_each_expression"

// newest is the version of a function that is published last.
func (res *planResource) newest() string {
	if known := res.known("version"); known != "" {
		return known
	}
	if res.known("publish") == "false" {
		return calc.Latest
	}
	return published(res.address)
}

func (res *planResource) aliasName() string {
	if known := res.known("name"); known != "" {
		return known
	}
	return res.address
}

// A planScope is where an expression stands: in an instance of a module, and in an
// instance of a resource or of a call there, of which it is the key.
type planScope struct {
	module string // its address; empty for the root
	key    string // with its brackets; empty without one
	of     string // the resource, type.name; empty where it is none
}

func (res *planResource) scope() planScope {
	module, rest := cutModule(addressSteps(res.address))
	in := planScope{module: joinSteps(module)}
	if len(rest) > 1 {
		in.of = rest[0] + "." + rest[1]
	}
	if len(rest) > 0 && isKey(rest[len(rest)-1]) {
		in.key = rest[len(rest)-1]
	}
	return in
}

// references are those of a setting in the configuration of a resource.
func (p *plan) references(res *planResource, setting string) []string {
	module, rest := cutModule(addressSteps(res.address))
	if len(rest) < 2 {
		return nil
	}
	if c := p.root.find(module); c != nil {
		return c.references[rest[0]+"."+rest[1]+"."+setting]
	}
	return nil
}

// follow goes along references, up to what calls of modules give to variables
// and down to what modules put out, and shows the resources where they end,
// with the attribute, until that is enough.
func (p *plan) follow(references []string, in planScope, left *int, enough func(end *planResource, attribute string) bool) bool {
	before := ""
	for _, reference := range references {
		// Behind a.b.c Terraform lists a.b again.
		if rest, ok := strings.CutPrefix(before, reference); ok && rest != "" && (rest[0] == '.' || rest[0] == '[') {
			continue
		}
		before = reference
		if *left--; *left < 0 {
			return false
		}
		parts := addressSteps(reference)
		if len(parts) < 2 {
			continue
		}
		switch parts[0] {
		case "var":
			module, call, key := cutCall(addressSteps(in.module))
			if c := p.root.find(module); c != nil && call != "" &&
				p.follow(c.references["module."+call+"."+parts[1]], planScope{module: joinSteps(module), key: key}, left, enough) {
				return true
			}
		case "each": // an instance for each of another resource
			c := p.root.find(addressSteps(in.module))
			if c == nil || parts[1] != "value" {
				continue
			}
			for _, origin := range c.references[in.of+"."+eachSetting] {
				of := strings.Join(append([]string{origin + in.key}, parts[2:]...), ".")
				if p.follow([]string{of}, planScope{module: in.module, key: in.key}, left, enough) {
					return true
				}
			}
		case "module":
			inner, rest := cutModule(parts[:min(len(parts), 3)])
			if len(rest) == 0 && len(parts) > 3 {
				rest = parts[3:]
			}
			module := append(addressSteps(in.module), inner...)
			if c := p.root.find(module); c != nil && len(rest) > 0 &&
				p.follow(c.references["output."+rest[0]], planScope{module: joinSteps(module)}, left, enough) {
				return true
			}
		default:
			end, attribute := p.end(parts, in)
			if end != nil && enough(end, attribute) {
				return true
			}
		}
	}
	return false
}

// end finds the resource that a reference leads to, and the attribute; nil for
// what is none or does not matter.
func (p *plan) end(parts []string, in planScope) (res *planResource, attribute string) {
	base := joinSteps(append(addressSteps(in.module), parts[:2]...))
	rest := parts[2:]
	switch instances := p.instancesOf(base); {
	case len(rest) > 0 && isKey(rest[0]):
		res, rest = p.addresses[base+rest[0]], rest[1:]
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

// instancesOf returns the instances of a resource. Only few plans leave it to
// references which resource is meant.
func (p *plan) instancesOf(base string) []*planResource {
	if p.instances == nil {
		p.instances = map[string][]*planResource{}
		for _, res := range p.resources {
			base := res.address
			if strings.HasSuffix(base, "]") {
				steps := addressSteps(base)
				base = strings.TrimSuffix(base, steps[len(steps)-1])
			}
			p.instances[base] = append(p.instances[base], res)
		}
	}
	return p.instances[base]
}

// A planModule is what a module says, as far as it leads to values: the
// references of its expressions, under resource.setting, module.call.variable
// and output.name.
type planModule struct {
	references map[string][]string
	calls      map[string]*planModule
}

func newPlanModule() *planModule {
	return &planModule{references: map[string][]string{}, calls: map[string]*planModule{}}
}

func (c *planModule) add(w *walk, deep int) error {
	if err := w.deeper(deep); err != nil {
		return err
	}
	for key := range w.members() {
		switch string(key.bare()) {
		case "resources":
			for range w.items() {
				if t, address, expressions, each := resourceHead(w, "expressions"); t != nil {
					c.refer(address.scalar()+".", expressions.walk(), linkingSettings)
					c.put(address.scalar()+"."+eachSetting, each.walk())
				}
			}
		case "outputs":
			for name := range w.members() {
				c.output(string(name.bare()), w)
			}
		case "module_calls":
			for name := range w.members() {
				if err := c.call(string(name.bare()), w, deep); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (c *planModule) output(name string, w *walk) {
	for key := range w.members() {
		if string(key.bare()) == "expression" {
			c.put("output."+name, w)
		}
	}
}

func (c *planModule) call(name string, w *walk, deep int) error {
	inner := newPlanModule()
	c.calls[name] = inner
	for key := range w.members() {
		switch string(key.bare()) {
		case "expressions":
			c.refer("module."+name+".", w, nil)
		case "module":
			if err := inner.add(w, deep+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// refer takes up the references of expressions, of all where only is nil.
func (c *planModule) refer(prefix string, w *walk, only []string) {
	for key := range w.members() {
		if name := string(key.bare()); only == nil || slices.Contains(only, name) {
			c.put(prefix+name, w)
		}
	}
}

func (c *planModule) put(name string, w *walk) {
	for key := range w.members() {
		if string(key.bare()) != "references" {
			continue
		}
		for range w.items() {
			if reference := w.value(); reference.kind() == text && len(c.references[name]) < maxReferences {
				c.references[name] = append(c.references[name], reference.scalar())
			}
		}
	}
}

// find returns the configuration of a module; nil where there is none.
func (c *planModule) find(module []string) *planModule {
	for i := 0; c != nil && i < len(module); i++ {
		if module[i] != "module" && !isKey(module[i]) {
			c = c.calls[module[i]]
		}
	}
	return c
}

// addressSteps takes an address or a reference apart: module.a["x"].b.c is module, a,
// ["x"], b, c.
func addressSteps(address string) (parts []string) {
	for address != "" {
		end := strings.IndexAny(address, ".[")
		switch {
		case end < 0:
			end = len(address)
		case address[0] == '[':
			end = keyEnd(address)
		}
		if end > 0 {
			parts = append(parts, address[:end])
		}
		address = strings.TrimPrefix(address[end:], ".")
	}
	return parts
}

// keyEnd returns where the key ends that an address begins with; a key in quotes
// may hold brackets.
func keyEnd(address string) int {
	quoted := false
	for i := 1; i < len(address); i++ {
		switch {
		case address[i] == '\\' && quoted:
			i++
		case address[i] == '"':
			quoted = !quoted
		case address[i] == ']' && !quoted:
			return i + 1
		}
	}
	return len(address)
}

func isKey(step string) bool { return step[0] == '[' }

// joinSteps is the address of steps.
func joinSteps(parts []string) string {
	var b strings.Builder
	for i, part := range parts {
		if i > 0 && !isKey(part) {
			b.WriteByte('.')
		}
		b.WriteString(part)
	}
	return b.String()
}

// cutModule parts the steps of an address into those of the module and the rest.
func cutModule(parts []string) (module, rest []string) {
	end := 0
	for end+1 < len(parts) && parts[end] == "module" {
		if end += 2; end < len(parts) && isKey(parts[end]) {
			end++
		}
	}
	return parts[:end:end], parts[end:]
}

// cutCall parts the steps of a module's address into the module that calls it,
// the name of the call and the key of the instance.
func cutCall(parts []string) (module []string, call, key string) {
	if n := len(parts); n > 0 && isKey(parts[n-1]) {
		parts, key = parts[:n-1], parts[n-1]
	}
	if len(parts) < 2 {
		return nil, "", ""
	}
	return parts[:len(parts)-2], parts[len(parts)-1], key
}
