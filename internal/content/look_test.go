package content

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

func looked(p []byte) (l Look) {
	l.Add(p)
	l.Done()
	return seen(l)
}

// seen is a Look without what it remembers between calls.
func seen(l Look) Look {
	l.head, l.cut, l.cutLen, l.cr, l.zeros = [4]byte{}, [utf8.UTFMax]byte{}, 0, false, zeros{}
	return l
}

func utf16Of(text string, order binary.AppendByteOrder) (b []byte) {
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

func TestLook(t *testing.T) {
	little, big := binary.AppendByteOrder(binary.LittleEndian), binary.AppendByteOrder(binary.BigEndian)
	cyrillic := "\u041e\u0434\u043d\u0430 \u0441\u0442\u0440\u043e\u043a\u0430, \u0432\u0442\u043e\u0440\u0430\u044f.\n"
	var ids []byte
	for i := range 40000 {
		ids = little.AppendUint16(ids, uint16(i*7919))
	}
	for _, test := range []struct {
		what, kind string
		data       []byte
		bom        string
		at         int64
	}{
		{"nothing", "", nil, "", 0},
		{"ASCII", "", []byte("a\r\nb\n"), "", 0},
		{"UTF-8", "", []byte("\u00e4\u20ac\U0001f600\ufffd"), "", 0},
		{"marked UTF-8", "", []byte("\xef\xbb\xbfa"), "UTF-8", 0},
		{"marked UTF-16LE", "UTF-16 text", append([]byte("\xff\xfe"), utf16Of("ab", little)...), "UTF-16LE", 0},
		{"marked UTF-16BE", "UTF-16 text", append([]byte("\xfe\xff"), utf16Of("ab", big)...), "UTF-16BE", 0},
		{"marked UTF-32LE", "UTF-32 text", []byte("\xff\xfe\x00\x00a\x00\x00\x00"), "UTF-32LE", 0},
		{"marked UTF-32BE", "UTF-32 text", []byte("\x00\x00\xfe\xff\x00\x00\x00a"), "UTF-32BE", 0},
		{"UTF-16LE", "UTF-16 text", utf16Of("some text\r\n", little), "", 1},
		{"UTF-16BE", "UTF-16 text", utf16Of("some text\r\n", big), "", 0},
		{"Cyrillic UTF-16LE", "UTF-16 text", utf16Of(strings.Repeat(cyrillic, 50), little), "", 9},
		{"ids", "binary", ids, "", 0},
		{"zeros", "binary", make([]byte, 100), "", 0},
		{"one zero", "binary", []byte("hello\x00world"), "", 5},
		{"Latin-1", "text that isn't UTF-8", []byte("caf\xe9 au lait"), "", 3},
		{"surrogate", "text that isn't UTF-8", []byte("ab\xed\xa0\x80"), "", 2},
		{"overlong", "text that isn't UTF-8", []byte("\xc0\x80"), "", 0},
		{"cut rune", "text that isn't UTF-8", []byte("abc\xe2\x82"), "", 3},
	} {
		l := looked(test.data)
		if l.Kind() != test.kind || l.BOM != test.bom || l.Text() != (test.kind == "") || test.kind != "" && l.At() != test.at && test.what != "ids" {
			t.Errorf("%s: kind %q, mark %q, at %d", test.what, l.Kind(), l.BOM, l.At())
		}
		for range 20 {
			if cut := cutLook(test.data, rand.IntN); cut != l {
				t.Errorf("%s, cut: %+v, want %+v", test.what, cut, l)
			}
		}
	}
	var l Look
	l.Add([]byte("\xe2"))
	if l.Add([]byte("\x82")); l.InvalidUTF8 || !l.Done() || l.InvalidAt != 0 || l.Done() {
		t.Errorf("a rune cut at the end: %+v", l)
	}
}

// cutLook looks at data in parts.
func cutLook(data []byte, random func(int) int) (l Look) {
	for len(data) > 0 {
		n := min(len(data), random(9))
		if random(4) == 0 {
			n = min(len(data), random(len(data))+1)
		}
		l.Add(data[:n])
		data = data[n:]
	}
	l.Done()
	return seen(l)
}

func FuzzLook(f *testing.F) {
	for _, s := range []string{"", "a\r\n\xe2\x82\xac\xff", "\xff\xfea\x00", "\xed\xa0\x80", "a\x00b\x00c\x00d\x00\xf0\x9f\x98", "\r\r\n\xf4\x90\x80\x80"} {
		f.Add([]byte(s), uint64(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 1))
		whole := looked(data)
		l := cutLook(data, r.IntN)
		if l != whole {
			t.Fatalf("cut: %+v, whole: %+v", l, whole)
		}
		if l.InvalidUTF8 == utf8.Valid(data) || l.Bytes != int64(len(data)) || l.NUL != bytes.Contains(data, []byte{0}) || l.CRLF != int64(bytes.Count(data, []byte("\r\n"))) {
			t.Fatalf("%+v", l)
		}
		if l.InvalidUTF8 && (!utf8.Valid(data[:l.InvalidAt]) || firstInvalid(data[l.InvalidAt:]) != 0) {
			t.Fatalf("invalid at %d", l.InvalidAt)
		}
		if l.NUL && l.NULAt != int64(bytes.IndexByte(data, 0)) {
			t.Fatalf("zero at %d", l.NULAt)
		}
	})
}
