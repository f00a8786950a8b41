package check

import (
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// A Place is a position in a file. The zero Place means that the value does not come from a file.
type Place struct {
	File string // as the user named it
	Line int    // from 1
	Call *Call  // of the module that the file is part of; nil if no other file calls it
}

// A Call is where one file uses another, such as the sources of a Terraform module, which may be used several times.
type Call struct {
	// Module is the module, with the modules around it.
	Module string `json:"module"`
	// File is the file with the call.
	File string `json:"file"`
	// Line is the line of the call, from 1.
	Line int `json:"line"`
}

// String says which module it is, and where it is called.
func (c Call) String() string { return c.Module + ", called at " + c.File + ":" + strconv.Itoa(c.Line) }

// Known reports whether the place is in a file.
func (p Place) Known() bool { return p.File != "" }

// String returns file:line, or an empty string for the zero Place.
func (p Place) String() string {
	if !p.Known() {
		return ""
	}
	return p.File + ":" + strconv.Itoa(p.Line)
}

// Places holds the file positions of the values of a function or an account, one per field, by the field's key in a
// profile. It is a list because most have at most four entries, and a plan may have twenty thousand functions.
type Places []placed

type placed struct {
	field string
	place Place
}

// Of returns the position of a field's value; the zero Place if it does not come from a file.
func (p Places) Of(field string) Place {
	for _, at := range p {
		if at.field == field {
			return at.place
		}
	}
	return Place{}
}

// Set records the position of a field's value.
func (p *Places) Set(field string, place Place) {
	for i := range *p {
		if (*p)[i].field == field {
			(*p)[i].place = place
			return
		}
	}
	*p = append(*p, placed{field, place})
}

// Merge adds all positions of another list.
func (p *Places) Merge(other Places) {
	for _, at := range other {
		p.Set(at.field, at.place)
	}
}

// Under returns the positions with a prefix before each field.
func (p Places) Under(prefix string) Places { return p.Moved("", prefix) }

// Moved returns the positions of the fields that begin with a prefix, with another one in its place.
func (p Places) Moved(from, to string) (list Places) {
	for _, at := range p {
		if field, ok := strings.CutPrefix(at.field, from); ok {
			list = append(list, placed{to + field, at.place})
		}
	}
	return list
}

// An Unknown is a value in a file that cannot be resolved.
type Unknown struct {
	Function calc.Optional[string] // absent for a value of the account
	What     string                // the setting, as the file calls it
	Why      string                // what is missing
	Remedy   string                // how to make it known
	Place    Place
}

// A Repeated is a key that occurs twice in one mapping of a file. The later one counts.
type Repeated struct {
	Key       string
	At, First Place // the positions of the later and the earlier key
}

// An Unmatched is a function of a profile without settings that no other file has either.
type Unmatched struct {
	Function string
	Instead  string // the name that was probably meant, or the names that exist
	Place    Place
}

// A Conflict is a setting for which files give different values. The second one counts.
type Conflict struct {
	Function calc.Optional[string] // absent for a setting of the account
	What     string                // the setting
	First    string                // its value in the first file
	Second   string                // its value in the second
	At, By   Place                 // the positions of the first and the second value
}
