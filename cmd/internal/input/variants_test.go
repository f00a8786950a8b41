package input_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// variants reads accounts to compare.
func variants(t *testing.T, stdin io.Reader, flags []string, paths ...string) ([]input.Variant, error) {
	t.Helper()
	const parts = setting.Loads | setting.Compares
	cmd := &cobra.Command{}
	setting.AddFlags(cmd, parts)
	if err := cmd.ParseFlags(flags); err != nil {
		t.Fatal(err)
	}
	return input.ReadVariants(cmd.Flags(), parts, input.World{
		Stdin:     stdin,
		LookupEnv: func(string) (string, bool) { return "", false },
	}, paths)
}

// TestVariantNames checks that a name is that of the file, with as many of its folders as make it unique.
func TestVariantNames(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct{ paths, want []string }{
		{[]string{"x/a.yaml", "x/b.yaml"}, []string{"a.yaml", "b.yaml"}},
		{[]string{"x/a.yaml", "a.yaml"}, []string{"x/a.yaml", "a.yaml"}},
		{[]string{"x/y/a.yaml", "z/y/a.yaml", "b.yaml"}, []string{"x/y/a.yaml", "z/y/a.yaml", "b.yaml"}},
		{[]string{"-", "b.yaml"}, []string{"stdin", "b.yaml"}},
	} {
		for _, path := range c.paths {
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte("rps: 1"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		list, err := variants(t, strings.NewReader("rps: 1"), nil, c.paths...)
		var names []string
		for _, v := range list {
			names = append(names, v.Name)
		}
		if err != nil || !slices.Equal(names, c.want) {
			t.Errorf("%q: %q, %v", c.paths, names, err)
		}
		if err := input.VariantsErr(list, make([]error, len(list))); err != nil {
			t.Errorf("%q: %v", c.paths, err)
		}
	}
}

// TestLists checks which texts are several values, and that each takes the place of the list.
func TestLists(t *testing.T) {
	day := strings.Repeat("1,", 23) + "1"
	for flags, want := range map[string][]string{
		"--provisioned 5,6":                  {"provisioned=5", "provisioned=6"},
		"--provisioned 5:7:1 --rps 1":        {"provisioned=5", "provisioned=6", "provisioned=7"},
		"--duration 20ms:0.03s:10ms":         {"duration=20ms", "duration=30ms"},
		"--rps 90,000/min,5,1,500/s,7":       {"rps=90,000/min", "rps=5", "rps=1,500/s", "rps=7"},
		"--rps 1/s,2/s":                      {"rps=1/s", "rps=2/s"},
		"--rps " + day + " --memory 128,1GB": {"memory=128", "memory=1GB"},
		"--mode sync,async":                  {"mode=sync", "mode=async"},
		"--savings-plan 0%,12%":              {"savings-plan=0%", "savings-plan=12%"},
		"--rps " + day:                       nil,
		"--rps 1":                            nil,
		"--schedule 0-8=1,8-24=2":            nil,
		"--memory 1:2:3":                     nil,
	} {
		list, err := variants(t, strings.NewReader(""), strings.Fields(flags))
		var names []string
		for _, v := range list {
			names = append(names, v.Name)
		}
		if !slices.Equal(names, want) || (err == nil) != (want != nil) {
			t.Errorf("%s: %q, %v", flags, names, err)
		}
	}
	list, err := variants(t, strings.NewReader(""), []string{"--provisioned", "5, 6"})
	if err != nil || list[0].Account.Functions[0].Provisioned != 5 || list[1].Account.Functions[0].Provisioned != 6 {
		t.Errorf("%v", err)
	}
	if list[1].Echo.Functions[0].Origin.Of("provisioned") != "flag" {
		t.Error("the origin of a value of a list is not the flag")
	}
}

// failing is an input that breaks off.
type failing struct{ text io.Reader }

func (f failing) Read(p []byte) (int, error) {
	n, err := f.text.Read(p)
	if err == io.EOF {
		err = errors.New("the line is dead")
	}
	return n, err
}

// TestReplay checks that every variant reads standard input as its profile, and that a failure is one of all of them.
func TestReplay(t *testing.T) {
	flags := []string{"--provisioned", "5,6", "--profile", "-"}
	list, err := variants(t, strings.NewReader("rps: 7"), flags)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		if rps, _ := v.Account.Functions[0].RPS.Get(); rps != 7 {
			t.Errorf("%s has %v requests/s", v.Name, rps)
		}
	}
	list, err = variants(t, failing{strings.NewReader("rps: 7")}, flags)
	if err != nil {
		t.Fatal(err)
	}
	err = input.VariantsErr(list, make([]error, len(list)))
	if err == nil || err.Error() != "stdin: cannot be read: the line is dead" {
		t.Error(err)
	}
}

// TestEverywhere checks that values that all functions may have alike go to each of them, or to the one that is named.
func TestEverywhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	profile := "functions: [{name: a, rps: 1}, {name: b, rps: 1, memory: 512, arch: arm64}]"
	if err := os.WriteFile(path, []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	for flags, want := range map[string][2]string{
		"--arch x86_64,arm64":                  {"x86_64 x86_64", "arm64 arm64"},
		"--arch x86_64,arm64 --function b":     {"x86_64 x86_64", "x86_64 arm64"},
		"--memory 256,1024 --arch arm64":       {"arm64 256 arm64 256", "arm64 1024 arm64 1024"},
		"--set a.memory=256,1024 --arch arm64": {"arm64 256 arm64 512", "arm64 1024 arm64 512"},
	} {
		list, err := variants(t, nil, strings.Fields(flags), path)
		if err != nil {
			t.Errorf("%s: %v", flags, err)
			continue
		}
		for i, v := range list {
			var got []string
			for _, f := range v.Account.Functions {
				got = append(got, string(f.Arch))
				if memory, ok := f.MemoryMB.Get(); ok && strings.Contains(flags, "memory") {
					got = append(got, fmt.Sprint(memory))
				}
			}
			if got := strings.Join(got, " "); got != want[i] || v.Err(nil) != nil {
				t.Errorf("%s: %s has %s, not %s; %v", flags, v.Name, got, want[i], v.Err(nil))
			}
		}
	}
	list, err := variants(t, nil, []string{"--provisioned", "5,6", "--arch", "arm64"}, path)
	if err == nil {
		err = input.VariantsErr(list, make([]error, len(list)))
	}
	if want := "--provisioned: the profile has 2 functions"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, not %s", err, want)
	}
}
