package check

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
)

// A Place is where a value stands in a file. The zero Place is nowhere.
type Place struct {
	File string // as the user named it
	Line int    // from 1
}

// Known reports whether the place is in a file.
func (p Place) Known() bool { return p.File != "" }

// String returns file:line, and nothing for a value that stands in no file.
func (p Place) String() string {
	if !p.Known() {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Places says where the values of a function or an account stand that come from files, each field once, by its key in
// a profile. It is a list and not a map: few have more than four, and a plan may have twenty thousand functions.
type Places []placed

type placed struct {
	field string
	place Place
}

// Of returns where the value of a field stands; nowhere where it comes from no file.
func (p Places) Of(field string) Place {
	for _, at := range p {
		if at.field == field {
			return at.place
		}
	}
	return Place{}
}

// Set notes where the value of a field stands.
func (p *Places) Set(field string, place Place) {
	for i := range *p {
		if (*p)[i].field == field {
			(*p)[i].place = place
			return
		}
	}
	*p = append(*p, placed{field, place})
}

// Merge notes all places of another list.
func (p *Places) Merge(other Places) {
	for _, at := range other {
		p.Set(at.field, at.place)
	}
}

// An Unknown is a value of a file that cannot be resolved.
type Unknown struct {
	Function calc.Optional[string] // absent where the account is meant
	What     string                // the setting, as the file calls it
	Why      string                // what is missing
	Remedy   string                // how to make it known
	Place    Place
}

// A Conflict is a setting for which two files give different values; the second one counts.
type Conflict struct {
	Function calc.Optional[string] // absent where the account is meant
	What     string                // the setting
	First    string                // its value in the first file
	Second   string                // its value in the second
	At, By   Place                 // where the two stand
}
