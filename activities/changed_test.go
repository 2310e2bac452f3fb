package activities

import "testing"

func TestChanges(t *testing.T) {
	before := []byte("aa 5 a.txt\nbb 6 b c.txt\ncc 7 \"d\\n.txt\"\n")
	for want, after := range map[string]string{
		"a.txt is another":          "ab 5 a.txt\nbb 6 b c.txt\ncc 7 \"d\\n.txt\"\n",
		"b c.txt is gone, e is new": "aa 5 a.txt\ncc 7 \"d\\n.txt\"\nee 1 e\n",
		"\"d\\n.txt\" is gone, a.txt is gone, b c.txt is gone and 2 more": "xx 1 x\nyy 2 y\n",
	} {
		if got := changes(before, []byte(after)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
