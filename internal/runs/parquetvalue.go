package runs

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// textOf is how the values of a type read as text. Numbers keep their exact value; what is neither number, text nor
// truth is in hexadecimal digits, which are no number here.
func textOf(t parquet.Type) func(parquet.Value) string {
	if logical := t.LogicalType(); logical != nil {
		switch l := logical.Value.(type) {
		case *format.DecimalType:
			return func(v parquet.Value) string { return scaledText(unscaled(v), l.Scale) }
		case *format.IntType:
			if !l.IsSigned {
				return unsignedText
			}
		}
	}
	return physicalText
}

func physicalText(v parquet.Value) string {
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.FormatBool(v.Boolean())
	case parquet.Int32, parquet.Int64:
		return strconv.FormatInt(signed(v), 10)
	case parquet.Float:
		return strconv.FormatFloat(float64(v.Float()), 'g', -1, 64)
	case parquet.Double:
		return strconv.FormatFloat(v.Double(), 'g', -1, 64)
	case parquet.ByteArray:
		return strings.ToValidUTF8(string(v.ByteArray()), "\ufffd")
	default:
		return fmt.Sprintf("0x%x", v.Bytes())
	}
}

func unsignedText(v parquet.Value) string {
	if v.Kind() == parquet.Int32 {
		return strconv.FormatUint(uint64(v.Uint32()), 10)
	}
	return strconv.FormatUint(v.Uint64(), 10)
}

func signed(v parquet.Value) int64 {
	if v.Kind() == parquet.Int32 {
		return int64(v.Int32())
	}
	return v.Int64()
}

// unscaled is the whole number that a decimal keeps: bytes are in two's complement, the highest first.
func unscaled(v parquet.Value) *big.Int {
	if k := v.Kind(); k == parquet.Int32 || k == parquet.Int64 {
		return big.NewInt(signed(v))
	}
	raw := v.ByteArray()
	n := new(big.Int).SetBytes(raw)
	if len(raw) > 0 && raw[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
	}
	return n
}

// scaledText is n / 10^scale.
func scaledText(n *big.Int, scale int32) string {
	if scale == 0 {
		return n.String()
	}
	return fmt.Sprintf("%se%d", n, -int64(scale))
}
