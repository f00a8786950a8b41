package module

import (
	"errors"
	"math/big"
	"net/netip"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// addNetworks adds the functions of network addresses that names and counts are made of.
func addNetworks(all map[string]function.Function) {
	all["cidrnetmask"] = texts(func(args []string) (string, error) {
		n, err := parseNetwork(args[0])
		if err != nil || !n.Addr().Is4() {
			return "", errNetwork
		}
		mask := netip.PrefixFrom(netip.AddrFrom4([4]byte{255, 255, 255, 255}), n.Bits()).Masked()
		return mask.Addr().String(), nil
	}, "prefix")
	all["cidrhost"] = anything(func(args []cty.Value) (cty.Value, error) {
		n, err := parseNetwork(text(args[0]))
		number, ok := wholeNumber(args[1])
		if err != nil || !ok {
			return cty.NilVal, errNetwork
		}
		room := new(big.Int).Lsh(big.NewInt(1), uint(n.Addr().BitLen()-n.Bits()))
		if number.Sign() < 0 { // counted from the end
			number.Add(number, room)
		}
		if number.Sign() < 0 || number.Cmp(room) >= 0 {
			return cty.NilVal, errors.New("the network has no such host")
		}
		return cty.StringVal(plus(n.Addr(), number).String()), nil
	}, "prefix", "number")
	all["cidrsubnet"] = anything(func(args []cty.Value) (cty.Value, error) {
		n, err := parseNetwork(text(args[0]))
		bits, whole := wholeNumber(args[1])
		number, ok := wholeNumber(args[2])
		if err != nil || !whole || !ok {
			return cty.NilVal, errNetwork
		}
		length, ok := longer(n, bits)
		if !ok || number.Sign() < 0 || number.BitLen() > length-n.Bits() {
			return cty.NilVal, errors.New("the network has no such part")
		}
		number.Lsh(number, uint(n.Addr().BitLen()-length))
		return cty.StringVal(netip.PrefixFrom(plus(n.Addr(), number), length).String()), nil
	}, "prefix", "bits", "number")
	all["cidrsubnets"] = function.New(&function.Spec{
		Params:   []function.Parameter{{Name: "prefix", Type: cty.String}},
		VarParam: &function.Parameter{Name: "bits", Type: cty.Number},
		Type:     function.StaticReturnType(cty.List(cty.String)),
		Impl:     func(args []cty.Value, _ cty.Type) (cty.Value, error) { return subnets(args[0].AsString(), args[1:]) },
	})
}

// maxNewBits limits the bits that cidrsubnets adds to a prefix.
const maxNewBits = 32

// subnets returns parts of a network that follow each other, each with as many more bits as is asked for.
func subnets(prefix string, bits []cty.Value) (cty.Value, error) {
	n, err := parseNetwork(prefix)
	if err != nil {
		return cty.NilVal, err
	}
	var list []cty.Value
	next := new(big.Int) // the first address that is not taken, from the start of the network
	for _, v := range bits {
		more, whole := wholeNumber(v)
		length, ok := longer(n, more)
		if !whole || !ok || length == n.Bits() || length > n.Bits()+maxNewBits {
			return cty.NilVal, errors.New("the network has no such part")
		}
		size := new(big.Int).Lsh(big.NewInt(1), uint(n.Addr().BitLen()-length))
		if rest := new(big.Int).Mod(next, size); rest.Sign() > 0 { // a part begins at a multiple of its size
			next.Add(next, size).Sub(next, rest)
		}
		at := plus(n.Addr(), next)
		if next.Add(next, size).Cmp(new(big.Int).Lsh(big.NewInt(1), uint(n.Addr().BitLen()-n.Bits()))) > 0 {
			return cty.NilVal, errors.New("the parts do not fit into the network")
		}
		list = append(list, cty.StringVal(netip.PrefixFrom(at, length).String()))
	}
	if list == nil {
		return cty.ListValEmpty(cty.String), nil
	}
	return cty.ListVal(list), nil
}

var errNetwork = errors.New("it is not a network with numbers for its parts")

// parseNetwork parses a network such as 10.1.0.0/16. Its address is the first one in it.
func parseNetwork(text string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return prefix, errNetwork
	}
	return prefix.Masked(), nil
}

// longer returns the length of the prefix of a network's part, with so many more bits than the network's.
func longer(n netip.Prefix, bits *big.Int) (length int, ok bool) {
	if bits == nil || bits.Sign() < 0 || bits.BitLen() > 8 {
		return 0, false
	}
	length = n.Bits() + int(bits.Int64())
	return length, length <= n.Addr().BitLen()
}

// plus returns the address that is so many after another.
func plus(a netip.Addr, number *big.Int) netip.Addr {
	bytes := a.AsSlice()
	sum := new(big.Int).Add(new(big.Int).SetBytes(bytes), number)
	sum.FillBytes(bytes)
	result, _ := netip.AddrFromSlice(bytes)
	return result
}

// wholeNumber returns a whole number, or reports false.
func wholeNumber(v cty.Value) (*big.Int, bool) {
	n, ok := number(v)
	if !ok || wide(n.AsBigFloat()) {
		return nil, false
	}
	whole, accuracy := n.AsBigFloat().Int(nil)
	return whole, accuracy == big.Exact
}
