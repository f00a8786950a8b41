package record

import (
	"math"
	"slices"
	"strconv"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// A Recorder collects the contents of a file while it is read.
type Recorder struct {
	File
	Options Options
	// Stop ends the reading of a file with too much in it. If it is nil, reading continues.
	Stop func(at check.Place, why string)
	// ReservedKeys are the keys for the reservation in the formats of the file. A function with an unknown reservation is
	// Open.
	ReservedKeys []string

	named    map[string]*Function // by name
	recorded int                  // functions and notes of unknown values
	full     check.Place          // where there was too much to record
}

// count counts what is recorded at a place, and reports whether there is room for it.
func (r *Recorder) count(place check.Place) bool {
	if r.recorded++; r.recorded > maxRecorded && !r.full.Known() {
		r.full = place
		if r.Stop != nil {
			r.Stop(place, tooMuch)
		}
	}
	return r.recorded <= maxRecorded
}

// maxRecorded limits the functions, event sources and notes of one file, because a check with findings about each of
// them takes up to 8 kB for one.
const maxRecorded = 20_000

// tooMuch is the reason why the reading of a larger file stops.
var tooMuch = "the file has more than " + quantity.FormatCount(maxRecorded) +
	" functions, event sources and unknown values"

// Full returns the error for a file with more contents than are recorded, or nil.
func (r *Recorder) Full() error {
	recorded, place := r.recorded, r.full
	for _, f := range r.Functions {
		if recorded += len(f.Deployment.Pollers); recorded > maxRecorded && !place.Known() {
			place = f.Deployment.Place
		}
	}
	if recorded <= maxRecorded {
		return nil
	}
	return tree.StoppedAt(place, tooMuch)
}

// Count ends the reading if a file has too many functions of a kind that is recorded elsewhere. A profile that the user
// chose has no such limit.
func (r *Recorder) Count(functions []tree.Node) {
	for _, f := range functions {
		r.count(f.Place())
	}
}

// NewRecorder returns a Recorder for a file.
func NewRecorder(name, format string, o Options) *Recorder {
	return &Recorder{File: File{Name: name, Format: format}, Options: o}
}

// Expect makes room for a number of functions. Call it before there are any.
func (r *Recorder) Expect(functions int) { r.named = make(map[string]*Function, functions) }

// Function returns the function with a name. The file may mention it before it declares it.
func (r *Recorder) Function(name string, place check.Place) *Function {
	if f := r.Find(name); f != nil {
		return f
	}
	f := &Function{Name: name, Deployment: &check.Deployment{Place: place}}
	if r.named == nil {
		r.named = map[string]*Function{}
	}
	if r.count(place) {
		r.named[name] = f
		r.Functions = append(r.Functions, f)
	}
	return f
}

// Find returns the function with a name, or nil.
func (r *Recorder) Find(name string) *Function { return r.named[name] }

// URL records that a function has a URL. Call it after everything else in the file.
func (r *Recorder) URL(name string, place check.Place) {
	r.Caller(name, place).Deployment.URL = calc.Some(place)
}

// Caller returns the function with a name, to record what calls it. Use it after everything else in the file.
func (r *Recorder) Caller(name string, place check.Place) *Function {
	f := r.Find(name)
	if f == nil {
		f = r.Function(name, place)
		f.Called = true
	}
	return f
}

// Unowned returns new settings of a function with an unknown name. own is the name of the resource with the settings.
func (r *Recorder) Unowned(own string, place check.Place) *Function {
	f := &Function{Name: own, Deployment: &check.Deployment{Place: place, UnknownOwner: true}}
	if r.count(place) {
		r.File.Unowned = append(r.File.Unowned, f)
	}
	return f
}

// Rename gives a function another name.
func (r *Recorder) Rename(f *Function, name string) {
	delete(r.named, f.Name)
	f.Name = name
	r.named[f.Name] = f
}

// Locate notes the Region of the file's functions, by itself or by the ARN of one of them. The first one counts.
func (r *Recorder) Locate(region, arn string, place check.Place) {
	if region = RegionOf(region, arn); r.Region == "" && IsWhole(region) {
		r.Region, r.RegionPlace = region, place
	}
}

// Refuse notes an invalid function name.
func (r *Recorder) Refuse(name string, place check.Place) {
	r.Misnamed = append(r.Misnamed, Misnamed{place, calc.CheckName(name)})
}

// DropMisnamed drops the functions with invalid names, and their unknown values.
func (r *Recorder) DropMisnamed() {
	dropped := map[string]bool{}
	r.Functions = slices.DeleteFunc(r.Functions, func(f *Function) bool {
		if calc.CheckName(f.Name) == nil {
			return false
		}
		r.Refuse(f.Name, f.Deployment.Place)
		dropped[f.Name] = true
		return true
	})
	r.Unknown = slices.DeleteFunc(r.Unknown, func(u Unknown) bool {
		name, ok := u.Function.Get()
		return ok && dropped[name]
	})
}

// NoteUnknown notes a value that cannot be resolved. The function is nil if the value belongs to the account.
func (r *Recorder) NoteUnknown(f *Function, place check.Place, what, why, remedy string) {
	u := check.Unknown{What: what, Why: why, Remedy: remedy, Place: place}
	if f != nil {
		u.Function = calc.Some(f.Name)
		if d := f.Deployment; d != nil && slices.Contains(r.ReservedKeys, what) {
			d.Open = true
		}
	}
	if r.count(place) {
		r.Unknown = append(r.Unknown, Unknown{Unknown: u})
	}
}

// NoteName is NoteObstacle for a name that nothing in the file depends on.
func (r *Recorder) NoteName(kind NameKind, f *Function, place check.Place, what string, o *Obstacle) {
	r.NoteObstacle(f, place, what, o)
	if r.recorded <= maxRecorded {
		r.Unknown[len(r.Unknown)-1].Name = kind
	}
}

// NoteObstacle is NoteUnknown for an obstacle.
func (r *Recorder) NoteObstacle(f *Function, place check.Place, what string, o *Obstacle) {
	r.NoteUnknown(f, place, what, o.Why, o.Remedy)
}

// Capacity reads the least or greatest capacity of a scalable target.
func (r *Recorder) Capacity(f *Function, what string, n tree.Node, place check.Place) calc.Optional[int64] {
	if !n.HasValue() {
		return calc.Optional[int64]{}
	}
	return r.Units(f, what, n.Written(), place)
}

// Units reads a number of units.
func (r *Recorder) Units(f *Function, what, value string, place check.Place) calc.Optional[int64] {
	if n, ok := WholeNumber(value); ok {
		return calc.Some(n)
	}
	r.NoteUnknown(f, place, what, strconv.Quote(tree.Shown(value))+" is not a whole number", "use a whole number")
	return calc.Optional[int64]{}
}

// Ratio reads a utilization.
func (r *Recorder) Ratio(f *Function, what, value string, place check.Place) (float64, bool) {
	x, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		r.NoteUnknown(f, place, what, strconv.Quote(tree.Shown(value))+" is not a number", "use a number")
		return 0, false
	}
	return x, true
}
