package cmd

import "github.com/lambdacap/lambdacap/cmd/internal/setting"

// A Setting is one thing that a user can set, as the reference lists it.
type Setting struct {
	Flag     string   // without the hyphens in front; empty if only a profile has the setting
	Short    string   // the one-letter form of the flag, or empty
	Value    string   // what help calls the value; empty for a flag without one
	Usage    string   // what help says about the flag
	Key      string   // the key in a profile, that of an account as account.KEY; empty if a profile does not have it
	Group    string   // the heading in help
	Commands []string // the commands that have the flag
}

// Settings lists the settings in the order of help.
func Settings() (list []Setting) {
	for _, s := range setting.All() {
		one := Setting{
			Flag: s.Flag, Short: s.Short, Value: s.Value, Usage: s.UsageIn(setting.Loads), Key: s.Key, Group: string(s.Group),
		}
		if s.Group == setting.Account {
			one.Key = "account." + s.Key
		}
		if s.Flag != "" {
			one.Commands = commandsWith(s.Flag, Env{})
		}
		list = append(list, one)
	}
	return list
}
