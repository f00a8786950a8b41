// Package format shows results: as one document (json, yaml), as flat rows
// (csv), or as a page of tables and sentences (table, markdown). It computes
// nothing, and it is the only package that knows the table and colour
// libraries.
package format
