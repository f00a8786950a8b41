package simulation

// An event is the next thing that happens to a function.
type event struct {
	at       float64
	function int32
	kind     eventKind
	attempt  uint8 // for a retry: how often the event has been refused
}

type eventKind uint8

const (
	arrival eventKind = iota
	retry
	leftProvisioned
	leftOnDemand
)

// events is a heap ordered by time, with up to four children per node.
type events []event

func (h *events) push(e event) {
	*h = append(*h, e)
	list := *h
	i := len(list) - 1
	for i > 0 {
		above := (i - 1) / 4
		if list[above].at <= e.at {
			break
		}
		list[i] = list[above]
		i = above
	}
	list[i] = e
}

func (h *events) pop() event {
	list := *h
	first, last := list[0], list[len(list)-1]
	list = list[:len(list)-1]
	*h = list
	if len(list) == 0 {
		return first
	}
	i := 0
	for {
		below := 4*i + 1
		if below >= len(list) {
			break
		}
		for j := below + 1; j < min(below+4, 4*i+5) && j < len(list); j++ {
			if list[j].at < list[below].at {
				below = j
			}
		}
		if list[below].at >= last.at {
			break
		}
		list[i] = list[below]
		i = below
	}
	list[i] = last
	return first
}
