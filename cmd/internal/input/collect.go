package input

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/cmd/internal/collect"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/configs"
)

// Collect returns what flags and variables ask to fetch from AWS, and whether they ask for the permissions that this
// needs instead. It reads no file.
func Collect(flags *pflag.FlagSet, world World) (r collect.Request, policy bool, err error) {
	in := &Input{world: world, layers: newLayers(flags, world), flawed: map[inputKey]bool{}}
	in.chosen = in.layers.resolve(nil)
	in.noteVariables()
	r = collect.Request{Days: collect.UsualDays, Folder: collect.UsualFolder}
	region := in.chosen[setting.RegionKey]
	r.Region = region.Text
	if !region.Given() {
		in.Fault("no Region; expected --%s, such as eu-west-1", setting.RegionKey)
	} else if err := calc.CheckRegion(r.Region); err != nil {
		in.Fault("%s: %v", region.Path, err)
	} else if in.Prices, err = configs.Prices(); err != nil {
		return r, false, err
	} else {
		in.judgeRegionOf(region, r.Region, inputKey{calc.AccountFault, setting.RegionKey})
	}
	if v := in.chosen[setting.FunctionFlag]; v.Given() {
		for _, name := range v.Items() {
			if err := calc.CheckName(name); err != nil {
				in.Fault("%s: %v", v.Path, err)
			} else if strings.ContainsAny(name, ":.") {
				in.Fault("%s: %q is more than a name; expected the name of a function alone", v.Path, name)
			}
			r.Functions = append(r.Functions, name)
		}
	}
	if v := in.chosen[setting.DaysFlag]; v.Given() {
		r.Days, err = strconv.Atoi(v.Text)
		if err != nil || r.Days < 1 || r.Days > collect.MostDays {
			in.Fault("%s: %q is not a number of days; expected 1 to %d, such as %d", v.Path, v.Text, collect.MostDays,
				collect.UsualDays)
		}
	}
	if v := in.chosen[setting.OutFlag]; v.Given() {
		if strings.ContainsFunc(v.Text, unicode.IsControl) {
			in.Fault("%s: %q has characters that cannot be printed; expected a folder", v.Path, v.Text)
		}
		r.Folder = cmp.Or(v.Text, ".")
	}
	policy = in.switched(setting.PolicyFlag)
	return r, policy, in.Err(nil)
}
