package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/cmd"
)

// settingsIntroduction comes before the tables of the settings. Apostrophes in the literal become backquotes.
var settingsIntroduction = strings.ReplaceAll(`# Flags, profile keys and variables

Each setting is a flag, a key in a profile and a variable. The first one that is given wins:

1. the flag: '--rps 1500', or '--set orders.rps=1500' for one of several functions
2. the variable: 'LAMBDACAP_RPS=1500'. That is 'LAMBDACAP_' and the name of the flag in capitals, with '_' for '-'.
3. the profile: 'rps: 1500'. A profile is a YAML file: an argument, '--profile FILE' or './lambdacap.yaml'.
4. the other files: templates, Terraform plans, answers of the AWS CLI. [Files](files.md) has the list.
5. the default

'-o json' shows under 'origin' where each value came from. An empty variable counts as unset. Several values of one
variable are separated by line breaks, those of 'LAMBDACAP_FAIL_ON' and 'LAMBDACAP_SKIP' by commas.
Under *Commands*, *all* are the commands that calculate or check: 'check', 'compare', 'limits', 'plan' and 'spillover'.

'lambdacap help profile' prints example profiles; [its page](commands/lambdacap_profile.md) has them, too.

## How values are written

| Value | Examples | Notes |
|---|---|---|
| RATE | '1500', '1500/s', '90k/min', '90,000/min', '5.4M/h', '130M/day' | k, M and G are powers of 1,000 |
| DURATION | '80ms', '1.2s', '2m', '500us' | always with a unit; the mean, not a percentile; at most '30m' |
| UNITS | '150' | whole units of concurrency |
| SIZE | '1024', '1024MB', '1GB' | MB without a unit; 1 GB is 1,024 MB |
| SHARE | '10%', '0.1' | '1' is refused where it could mean 1 % or 100 % |
| HOURS | '730', '3h' | |
| FROM-TO=RATE | '0-8=20,8-18=150', '12-13=3x' | hours of the day, from 0 to 24; '3x' is three times '--rps' |
| FROM:TO:STEP | '0:300:25' | both ends included |

`, "'", "`")

// groupsOf describes where a profile has the settings of each heading in the help.
var groupsOf = map[string]string{
	"Function": "In a profile, these are keys of each function under `functions`, or at the top if there is only one.",
	"Account":  "In a profile, these are keys of `account`.",
	"Question": "In a profile, these are at the top.",
	"General":  "These have no key in a profile.",
}

// settings adds the page of all settings, in the order of help.
func settings(files map[string][]byte) {
	var page bytes.Buffer
	page.WriteString(settingsIntroduction)
	group := ""
	for _, s := range cmd.Settings() {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(&page, "\n## %s\n\n%s\n\n| Flag | Profile | Meaning | Commands |\n|---|---|---|---|\n",
				group, groupsOf[group])
		}
		fmt.Fprintf(&page, "| %s | %s | %s | %s |\n", flagText(s), code(s.Key), cell(s.Usage), commandsText(s.Commands))
	}
	page.WriteString("\n`accept` is a key of profiles only, in a function or at the top. It lists the findings of " +
		"`check` that are intended, each with its `rule` and `reason`. See [CI](../how-to/ci.md#keep-what-is-intended).\n")
	files["reference/settings.md"] = bytes.ReplaceAll(page.Bytes(), []byte("\n\n\n"), []byte("\n\n"))
}

// flagText returns a flag with the name of its value.
func flagText(s cmd.Setting) string {
	text := code(strings.TrimSpace("--" + s.Flag + " " + s.Value))
	switch {
	case s.Flag == "":
		return ""
	case s.Short != "":
		return code("-"+s.Short) + ", " + text
	}
	return text
}

// calculating lists the commands that calculate or check.
func calculating() []string { return []string{"check", "compare", "limits", "plan", "spillover"} }

// commandsText lists commands in alphabetical order. It writes all for those that calculate or check.
func commandsText(names []string) string {
	names = slices.Sorted(slices.Values(names))
	has := func(name string) bool { return slices.Contains(names, name) }
	if all := calculating(); !slices.ContainsFunc(all, func(name string) bool { return !has(name) }) {
		others := slices.DeleteFunc(names, func(name string) bool { return slices.Contains(all, name) })
		names = append([]string{"all"}, others...)
	}
	return strings.Join(names, ", ")
}

// code returns a text as Markdown code. An empty text stays empty.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// cell escapes a text for a table, so that < starts no tag, * no emphasis and | no column.
func cell(text string) string {
	return strings.NewReplacer("<", "\\<", "*", "\\*", "_", "\\_", "|", "\\|").Replace(text)
}
