package terraform

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// readFunctions adds the functions declared in the file, before other resources refer to them.
func (p *plan) readFunctions() {
	p.Expect(len(p.resources))
	for _, res := range p.resources {
		if res.of != lambdaFunction {
			continue
		}
		// References do not give the name: a name derived from another function's name is a different name.
		name, _ := record.SplitName(res.known("function_name"))
		twice := p.declares(name)
		res.name = name
		if name == "" || twice {
			res.name = res.address
			res.changed = res.changed && !twice // past settings are keyed by name
		}
		f := p.Function(res.name, res.place)
		res.name = f.Name
		f.Declared, f.Logical = true, name == "" || twice
		switch {
		case twice:
			p.NoteUnknown(f, res.place, "function_name", "another function in the file has the same name",
				"give each function its own name, or check one Region at a time")
		case name == "" && res.setting("function_name").HasValue() && !res.isUnknown("function_name"):
			p.Refuse(name, res.setting("function_name").Place())
		case name == "":
			p.noteUnresolved(f, res, "function_name")
			p.Unknown[len(p.Unknown)-1].Name = record.FunctionName
		}
		p.readSettings(f, res)
	}
}

// declares reports whether one of the resources is a function of this name.
func (p *plan) declares(name string) bool {
	f := p.Find(name)
	return f != nil && f.Declared
}

// terraformUnreserved is the value that Terraform uses for no reservation.
const terraformUnreserved = -1

// readSettings reads a function's own settings.
func (p *plan) readSettings(f *record.Function, res *resource) {
	reserved := res.setting(reservedAttribute)
	units, ok := record.WholeNumber(reserved.Scalar())
	switch {
	case res.isUnknown(reservedAttribute):
		p.noteUnresolved(f, res, reservedAttribute)
	case !reserved.HasValue() || ok && units == terraformUnreserved:
		f.Unreserved = true
	default:
		f.Reserve(reserved.Scalar(), reserved.Place())
	}
	f.KeepNode(record.KeyTimeout, res.setting("timeout"))
	f.KeepNode(record.KeyArch, res.setting("architectures").First())
	f.KeepNode(record.KeyEphemeral, res.setting("ephemeral_storage").Path("size"))
	if on := res.setting("snap_start").Path("apply_on"); on.Scalar() == "PublishedVersions" {
		f.Deployment.SnapStart = calc.Some(on.Place())
	} else {
		f.NoSnapStart = !res.isUnknown("snap_start")
	}
	for _, setting := range []string{"memory_size", "timeout"} {
		if res.isUnknown(setting) {
			p.noteUnresolved(f, res, setting)
		}
	}
	p.readKind(f, res)
	p.readManaged(f, res)
	f.KeepNode(record.KeyMemory, res.setting("memory_size")) // its range depends on the kind
}

// noteUnresolved notes a setting whose value the file does not contain.
func (p *plan) noteUnresolved(f *record.Function, res *resource, setting string) {
	why, remedy := p.unresolved(res, setting)
	place := res.place
	if p.why != nil {
		if _, at, ok := p.why(res.address, setting); ok {
			place = at
		}
	}
	p.NoteUnknown(f, place, setting, why, remedy)
}

// unresolved returns the reason why the file does not contain the value of a setting, and the remedy.
func (p *plan) unresolved(res *resource, setting string) (why, remedy string) {
	if p.why != nil {
		if o, _, ok := p.why(res.address, setting); ok {
			return o.Why, o.Remedy
		}
	}
	switch {
	case res.known(setting) != "":
		return "the value does not have the form that AWS expects", "give " + setting + " a valid value"
	case res.listed:
		why = "known only after apply"
	default:
		why = "not in the file"
	}
	return why, "give " + setting + " a value that is known in the plan"
}

// readOthers adds the settings that other resources make for functions. Policies come last, because they
// need their targets. So does what invokes functions, because it does not declare any.
func (p *plan) readOthers() {
	p.polled = map[string]*resource{}
	for _, res := range p.resources {
		if _, ok := sources[res.of]; ok {
			p.polled[res.known("arn")] = res
		}
	}
	for _, res := range p.resources {
		switch res.of {
		case lambdaAlias:
			p.readAlias(res)
		case provisionedConfig:
			p.readProvisioned(res)
		case scalingTarget, scheduledAction:
			p.readScaling(res)
		case sourceMapping:
			p.readPoller(res)
		}
	}
	for _, res := range p.resources {
		switch res.of {
		case scalingPolicy:
			p.readPolicy(res)
		default:
			p.readInvoker(res)
		}
	}
}

func (p *plan) readAlias(res *resource) {
	f, _ := p.ownerOf(res, "function_name")
	if res.known("name") == "" {
		p.noteUnresolved(f, res, "name")
	}
	f.AddAlias(res.aliasName(), p.version(res, newBudget()), res.place)
	const routing, weights = "routing_config", "additional_version_weights"
	if res.isUnknown(routing, weights) {
		why, remedy := p.unresolved(res, weights)
		f.UnsureWeights(res.place, weights, &record.Obstacle{Why: why, Remedy: remedy})
		return
	}
	versions := res.setting(routing).Path(weights).Members()
	versions = append(versions, res.of.value(res.doc, res.unknown, routing).Path(weights).Members()...)
	for _, m := range versions {
		f.AddWeight(res.aliasName(), m.Key.Scalar(), res.place)
	}
}

func (p *plan) readProvisioned(res *resource) {
	f, _ := p.ownerOf(res, "function_name")
	qualifier := p.qualifier(res, newBudget())
	if qualifier == "" {
		p.noteUnresolved(f, res, "qualifier")
		qualifier = res.address
	}
	const setting = "provisioned_concurrent_executions"
	if units := res.setting(setting); units.HasValue() && !res.isUnknown(setting) {
		f.Allocate(qualifier, units.Scalar(), units.Place())
		return
	}
	p.noteUnresolved(f, res, setting)
	f.AddAllocation(check.Allocation{Qualifier: qualifier, Place: res.place})
}

// readScaling adds a scalable target or a scheduled action.
func (p *plan) readScaling(res *resource) {
	if !res.scalesLambda() || p.misdirected(res) {
		return
	}
	f, qualifier := p.ownerOf(res, "resource_id")
	if qualifier == "" {
		if f.Name != res.address { // otherwise ownerOf has noted it
			p.noteUnresolved(f, res, "resource_id")
		}
		qualifier = res.address
	}
	var block []string
	if res.of == scheduledAction {
		block = []string{"scalable_target_action"}
	}
	t := check.ScalableTarget{Qualifier: qualifier, Scheduled: res.of == scheduledAction, Place: res.place}
	if t.Scheduled {
		t.Timing = check.Timing{Schedule: res.known("schedule"), Zone: res.known("timezone"),
			From: res.known("start_time"), To: res.known("end_time")}
	}
	if state := res.setting("suspended_state"); !t.Scheduled {
		t.Suspended = record.Suspended(state.Path("dynamic_scaling_out_suspended").Scalar(),
			state.Path("dynamic_scaling_in_suspended").Scalar(), state.Path("scheduled_scaling_suspended").Scalar())
	}
	t.Min = p.capacity(f, res, append(block, "min_capacity")...)
	t.Max = p.capacity(f, res, append(block, "max_capacity")...)
	f.AddTarget(t)
}

// capacity reads a limit of a scalable target. In a scheduled action, -1 leaves the limit unchanged.
func (p *plan) capacity(f *record.Function, res *resource, keys ...string) calc.Optional[int64] {
	if res.isUnknown(keys...) {
		p.noteUnresolved(f, res, keys[len(keys)-1])
		return calc.Optional[int64]{}
	}
	units, ok := record.WholeNumber(res.setting(keys[0]).Path(keys[1:]...).Scalar())
	if !ok || res.of == scheduledAction && units < 0 {
		return calc.Optional[int64]{}
	}
	return calc.Some(units)
}

// readPolicy adds target tracking to the scalable target it controls.
func (p *plan) readPolicy(res *resource) {
	if !res.scalesLambda() || p.misdirected(res) {
		return
	}
	tracking := res.setting("target_tracking_scaling_policy_configuration")
	// The target value of another metric can be any number.
	for _, custom := range tracking.Path("customized_metric_specification").Items() {
		if custom.Path("metric_name").Scalar() != record.UtilizationMetric {
			return
		}
	}
	value := tracking.Path("target_value")
	if !value.HasValue() {
		return
	}
	name, qualifier := p.owner(res, newBudget())
	f := p.Find(name)
	if f == nil {
		return
	}
	if ratio, ok := p.Ratio(f, "target_value", value.Written(), value.Place()); ok {
		t := check.Tracking{Target: ratio, Place: value.Place()}
		record.Refine(&t, tracking.Path("customized_metric_specification", "statistic").Scalar(),
			tracking.Path("scale_out_cooldown").Scalar(), tracking.Path("scale_in_cooldown").Scalar(),
			tracking.Path("disable_scale_in").Scalar())
		f.Track(qualifier, t)
	}
}
