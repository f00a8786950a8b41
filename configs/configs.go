// Package configs holds the example profiles and the price table that ship with lambdacap.
package configs

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml
var examples embed.FS

// Examples returns the example profiles, one YAML file each.
func Examples() fs.FS { return examples }
