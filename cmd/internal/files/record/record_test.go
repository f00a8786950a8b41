package record

import (
	"reflect"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

func TestSplitName(t *testing.T) {
	for s, want := range map[string][2]string{
		"":                                      {},
		"f":                                     {"f", ""},
		"f:live":                                {"f", "live"},
		"arn:aws:lambda:r:1:function:f":         {"f", ""},
		"arn:aws:lambda:r:1:function:f:$LATEST": {"f", "$LATEST"},
		"123456789012:function:f:9":             {"f", "9"},
	} {
		if name, qualifier := SplitName(s); name != want[0] || qualifier != want[1] {
			t.Errorf("%s: %q, %q", s, name, qualifier)
		}
	}
}

func TestSplitResource(t *testing.T) {
	for id, want := range map[string]bool{
		"function:f:live": true, "function:f": false, "function::live": false, "function:f:": false, "table/x": false,
	} {
		name, qualifier, ok := SplitResource(id)
		if ok != want || ok && (name != "f" || qualifier != "live") {
			t.Errorf("%s: %q, %q, %t", id, name, qualifier, ok)
		}
	}
}

func TestQualifiers(t *testing.T) {
	for qualifier, want := range map[string]struct{ version, number, unnamed bool }{
		"live":               {},
		"my-alias_x":         {},
		"7":                  {version: true, number: true},
		check.Latest:         {version: true},
		Published("F"):       {version: true},
		"":                   {unnamed: true},
		"live-?":             {unnamed: true},
		"aws_lambda_alias.a": {unnamed: true},
	} {
		got := struct{ version, number, unnamed bool }{IsVersion(qualifier), IsNumber(qualifier), isUnnamed(qualifier)}
		if got != want {
			t.Errorf("%q is %+v, want %+v", qualifier, got, want)
		}
	}
}

func TestPolledName(t *testing.T) {
	for arn, want := range map[string]string{"arn:aws:sqs:r:1:q": "q", "q": "q", "arn:aws:sqs:" + Hole + ":1:q": "q",
		"a:" + Hole: "", "arn:aws:kinesis:r:1:stream/s": "s", "": ""} {
		if got := PolledName(arn); got != want {
			t.Errorf("%q: %q, want %q", arn, got, want)
		}
	}
}

func TestWholeNumber(t *testing.T) {
	for s, want := range map[string]int64{"7": 7, "-7": -7, "100.0": 100, "1e3": 1000, "1000000000000": 1e12} {
		if got, ok := WholeNumber(s); !ok || got != want {
			t.Errorf("%s: %d, %t", s, got, ok)
		}
	}
	for _, s := range []string{"", "x", "1.5", "1000000000001", "-1000000000001", "1e300", "NaN", "Inf"} {
		if got, ok := WholeNumber(s); ok {
			t.Errorf("%s: %d", s, got)
		}
	}
}

// TestKeep checks that a value that AWS would reject is not kept, and that a size is remembered as refused.
func TestKeep(t *testing.T) {
	for _, c := range []struct {
		key, value string
		kept       bool
	}{
		{KeyMemory, "128", true}, {KeyMemory, "127", false}, {KeyMemory, "10240", true}, {KeyMemory, "10241", false},
		{KeyEphemeral, "512", true}, {KeyEphemeral, "511", false}, {KeyArch, "arm64", true}, {KeyArch, "arm", false},
	} {
		f := Function{Deployment: &check.Deployment{}}
		f.Keep(c.key, c.value, check.Place{File: "f", Line: 1})
		if got := f.Places.Of(c.key).Known(); got != c.kept {
			t.Errorf("%s %s is kept: %t", c.key, c.value, got)
		}
		refused := !c.kept && c.key != KeyArch
		if list := f.Deployment.Refused; (len(list) == 1) != refused || refused && list[0].Text != c.value {
			t.Errorf("%s %s is refused: %v", c.key, c.value, list)
		}
	}
}

// TestTrack checks that target tracking is added to the target of its version or alias, which is created
// if necessary.
func TestTrack(t *testing.T) {
	f := Function{Deployment: &check.Deployment{}}
	f.AddTarget(check.ScalableTarget{Qualifier: "live", Scheduled: true})
	f.AddTarget(check.ScalableTarget{Qualifier: "live"})
	f.Track("live", check.Tracking{Target: 0.5})
	f.Track("next", check.Tracking{Target: 0.6})
	f.Track("next", check.Tracking{Target: 0.7})
	var got []int
	for _, target := range f.Deployment.Targets {
		got = append(got, len(target.Tracking))
	}
	if want := []int{0, 1, 2}; !reflect.DeepEqual(got, want) || !f.HasTarget("next") || f.HasTarget("last") {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestRecorder checks that equal names are the same function, and that invalid names are recorded.
func TestRecorder(t *testing.T) {
	r := NewRecorder("f", "aws", Options{})
	r.ReservedKeys = []string{"reservedConcurrency"}
	f := r.Function("a", check.Place{})
	if f != r.Function("a", check.Place{}) || f.Name != "a" {
		t.Errorf("two functions: %+v", r.Functions)
	}
	if r.Empty() {
		t.Error("a file with a function is empty")
	}
	r.Rename(f, "b")
	if r.Find("a") != nil || r.Find("b") != f {
		t.Error("the function has its old name")
	}
	r.NoteUnknown(f, check.Place{}, "memorySize", "why", "remedy")
	if f.Deployment.Open {
		t.Error("an unknown memory counts as an unknown reservation")
	}
	r.NoteUnknown(f, check.Place{}, "reservedConcurrency", "why", "remedy")
	if !f.Deployment.Open || len(r.Unknown) != 2 || r.Unknown[0].Function.Or("") != "b" {
		t.Errorf("%+v", r.Unknown)
	}
	at := check.Place{File: "f", Line: 7}
	r.NoteUnknown(r.Function("::add-mask::e", at), at, "memorySize", "why", "remedy")
	r.Function("${AWS::StackName}-api", at)
	r.DropMisnamed()
	if len(r.Functions) != 2 || len(r.Unknown) != 2 || len(r.Misnamed) != 1 || r.Misnamed[0].Place != at {
		t.Errorf("%+v, %+v, %+v", r.Functions, r.Unknown, r.Misnamed)
	}
}

func TestAcceptances(t *testing.T) {
	d, err := tree.Parse("t.yaml",
		[]byte("a: 1 # lambdacap:accept LC007  stopped   on purpose\n# lambdacap:accept\nb: 2\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	at := func(line int) check.Place { return check.Place{File: "t.yaml", Line: line} }
	want := []Acceptance{
		{Rule: "LC007", Reason: "stopped on purpose", Place: at(1), At: at(1)},
		{Place: at(3), At: at(2)},
	}
	if got := Acceptances(d); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
