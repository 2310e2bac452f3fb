package action_test

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
)

func TestCanonicalFollowsTheStandard(t *testing.T) {
	cases := map[string]struct{ in, want string }{
		"RFC 8785, 3.2.2 and 3.2.4": {
			in: `{
				"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
				"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
				"literals": [null, true, false]
			}`,
			want: `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
				`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		},
		"RFC 8785, 3.2.3: names in the order of UTF-16 units": {
			in: `{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",` +
				`"1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
			want: `{"\r":"Carriage Return","1":"One","` + "\u0080" + `":"Control","ö":"Latin Small Letter O With Diaeresis",` +
				`"€":"Euro Sign","😀":"Emoji: Grinning Face","` + "\ufb33" + `":"Hebrew Letter Dalet With Dagesh"}`,
		},
		"nested objects and arrays": {
			in:   `{"1": {"f": {"f": "hi","F": 5} ,"\n": 56.0}, "10": { }, "": "empty", "a": { }, "111": [ {"e": "yes","E": "no" } ], "A": { }}`,
			want: `{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}`,
		},
	}
	for name, c := range cases {
		got, err := action.Canonical([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s:\n got %s, %v\nwant %s", name, got, err, c.want)
		}
	}
}

// The samples of RFC 8785, appendix B: the bits of a float64 and how it is written.
func TestCanonicalNumbers(t *testing.T) {
	for bits, want := range map[uint64]string{
		0x0000000000000000: "0", 0x8000000000000000: "0", 0x0000000000000001: "5e-324", 0x8000000000000001: "-5e-324",
		0x7fefffffffffffff: "1.7976931348623157e+308", 0xffefffffffffffff: "-1.7976931348623157e+308",
		0x4340000000000000: "9007199254740992", 0xc340000000000000: "-9007199254740992",
		0x4430000000000000: "295147905179352830000", 0x44b52d02c7e14af5: "9.999999999999997e+22",
		0x44b52d02c7e14af6: "1e+23", 0x44b52d02c7e14af7: "1.0000000000000001e+23",
		0x444b1ae4d6e2ef4e: "999999999999999700000", 0x444b1ae4d6e2ef4f: "999999999999999900000",
		0x444b1ae4d6e2ef50: "1e+21", 0x3eb0c6f7a0b5ed8c: "9.999999999999997e-7", 0x3eb0c6f7a0b5ed8d: "0.000001",
		0x41b3de4355555553: "333333333.3333332", 0x41b3de4355555554: "333333333.33333325",
		0x41b3de4355555555: "333333333.3333333", 0x41b3de4355555556: "333333333.3333334",
		0x41b3de4355555557: "333333333.33333343", 0xbecbf647612f3696: "-0.0000033333333333333333",
		0x43143ff3c1cb0959: "1424953923781206.2",
	} {
		a := action.Action{Name: "n", Version: 1, Params: math.Float64frombits(bits)}
		got, err := a.Preimage()
		if err != nil || string(got) != `{"action":"n","params":`+want+`,"version":1}` {
			t.Errorf("%016x: got %s, %v, want %s", bits, got, err, want)
		}
	}
}

func TestCanonicalRefuses(t *testing.T) {
	for in, want := range map[string]string{
		`{"params":{"seeds":[1,9007199254740993]}}`: "params.seeds[1]",
		`{"a":{"b":1,"b":2}}`:                       "a.b stands twice",
		`{"a":1} {"a":2}`:                           "more than one value",
		`{"a":`:                                     "canonical JSON",
		`{"a":1e999}`:                               "canonical JSON",
		``:                                          "canonical JSON",
	} {
		if got, err := action.Canonical([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %s, %v, want an error with %q", in, got, err, want)
		}
	}
}

func TestKeyIsTheSHA256OfThePreimage(t *testing.T) {
	a := action.Action{Name: "fit", Version: 2, Params: map[string]any{"b": 1.0, "a": "<x>"}}
	preimage, err := a.Preimage()
	if err != nil || string(preimage) != `{"action":"fit","params":{"a":"<x>","b":1},"version":2}` {
		t.Fatalf("preimage %s, %v", preimage, err)
	}
	key, err := a.Key()
	if want := ziplaw.IDOf(preimage).Hex(); err != nil || string(key) != want {
		t.Fatalf("key %s, %v, want %s", key, err, want)
	}
	if b, err := hex.DecodeString(string(key)); err != nil || len(b) != 32 {
		t.Errorf("key %q is no 64 hex digits", key)
	}
	same, err := action.KeyOf([]byte("{ \"version\": 2,\n \"params\": {\"a\": \"\\u003cx>\", \"b\": 1}, \"action\": \"fit\"}"))
	if err != nil || same != key {
		t.Errorf("the same preimage in other words has the key %s, %v, want %s", same, err, key)
	}
	a.Version = 3
	if other, _ := a.Key(); other == key {
		t.Error("another version has the same key")
	}
	if got := action.NameOf(preimage); got != "fit" {
		t.Errorf("name %q", got)
	}
}

func TestActionsThatHaveNoKey(t *testing.T) {
	for name, params := range map[string]any{
		"not a number": math.NaN(), "a seed above 2^53": map[string]int64{"seed": 1<<53 + 1}, "a channel": make(chan int),
	} {
		if key, err := (action.Action{Name: "fit", Version: 1, Params: params}).Key(); err == nil || !strings.Contains(err.Error(), "action fit") {
			t.Errorf("%s: key %s, %v", name, key, err)
		}
	}
}

func TestDifferences(t *testing.T) {
	cases := map[string]struct{ here, there, want string }{
		"equal in other words": {`{"a":1.0,"b":[]}`, `{"b":[], "a":1}`, `[]`},
		"a value": {`{"params":{"recipe":{"batch":2}}}`, `{"params":{"recipe":{"batch":4}}}`,
			`[{"field":"params.recipe.batch","here":2,"there":4}]`},
		"absent on either side": {`{"a":1,"b":null}`, `{"c":"x"}`,
			`[{"field":"a","here":1,"there":null},{"field":"b","here":null,"there":null},{"field":"c","here":null,"there":"x"}]`},
		"arrays": {`{"a":[1,2]}`, `{"a":[1,3,4]}`,
			`[{"field":"a[1]","here":2,"there":3},{"field":"a[2]","here":null,"there":4}]`},
		"another kind":      {`{"a":{"b":1}}`, `{"a":[]}`, `[{"field":"a","here":null,"there":[]},{"field":"a.b","here":1,"there":null}]`},
		"large integers":    {`[9007199254740993]`, `[9007199254740992]`, `[{"field":"[0]","here":9007199254740993,"there":9007199254740992}]`},
		"what isn't JSON":   {`{`, `{"a":1}`, `[{"field":"","here":"{","there":null},{"field":"a","here":null,"there":1}]`},
		"nothing and a key": {``, `1`, `[{"field":"","here":"","there":1}]`},
	}
	for name, c := range cases {
		got, err := json.Marshal(action.Differences([]byte(c.here), []byte(c.there)))
		if err != nil || string(got) != c.want {
			t.Errorf("%s:\n got %s, %v\nwant %s", name, got, err, c.want)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add([]byte(`{"a":[1,2.5,"x\u0000",{"b":null}],"c":{}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		once, err := action.Canonical(raw)
		if err != nil {
			return
		}
		if !json.Valid(once) {
			t.Fatalf("%q became %q, which isn't JSON", raw, once)
		}
		twice, err := action.Canonical(once)
		if err != nil || string(twice) != string(once) {
			t.Fatalf("%q became %q, then %q, %v", raw, once, twice, err)
		}
		if d := action.Differences(raw, once); len(d) != 0 {
			t.Fatalf("%q differs from its canonical form: %+v", raw, d)
		}
	})
}
