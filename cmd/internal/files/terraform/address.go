package terraform

import "strings"

// splitAddress splits an address or a reference into steps: module.a["x"].b.c becomes module, a, ["x"], b, c.
func splitAddress(address string) (steps []string) {
	for address != "" {
		end := strings.IndexAny(address, ".[")
		switch {
		case end < 0:
			end = len(address)
		case address[0] == '[':
			end = keyEnd(address)
		}
		if end > 0 {
			steps = append(steps, address[:end])
		}
		address = strings.TrimPrefix(address[end:], ".")
	}
	return steps
}

// keyEnd returns the end of the key at the start of an address. A quoted key may contain brackets.
func keyEnd(address string) int {
	quoted := false
	for i := 1; i < len(address); i++ {
		switch {
		case address[i] == '\\' && quoted:
			i++
		case address[i] == '"':
			quoted = !quoted
		case address[i] == ']' && !quoted:
			return i + 1
		}
	}
	return len(address)
}

// isKey reports whether a step is an instance key.
func isKey(step string) bool { return step[0] == '[' }

// joinAddress joins steps into an address.
func joinAddress(steps []string) string {
	var b strings.Builder
	for i, step := range steps {
		if i > 0 && !isKey(step) {
			b.WriteByte('.')
		}
		b.WriteString(step)
	}
	return b.String()
}

// cutModule splits the steps of an address into those of the module and the rest.
func cutModule(steps []string) (module, rest []string) {
	end := 0
	for end+1 < len(steps) && steps[end] == "module" {
		if end += 2; end < len(steps) && isKey(steps[end]) {
			end++
		}
	}
	return steps[:end:end], steps[end:]
}

// cutCall splits the steps of a module's address into the calling module, the name of the call, and the instance key.
func cutCall(steps []string) (caller []string, call, key string) {
	if n := len(steps); n > 0 && isKey(steps[n-1]) {
		steps, key = steps[:n-1], steps[n-1]
	}
	if len(steps) < 2 {
		return nil, "", ""
	}
	return steps[:len(steps)-2], steps[len(steps)-1], key
}
