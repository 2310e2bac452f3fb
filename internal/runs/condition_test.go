package runs

import "testing"

func TestCondition(t *testing.T) {
	for _, c := range []struct {
		text  string
		holds bool
	}{
		{"N<10", false}, {"N<=10", true}, {"D>19", true}, {"D=20", true}, {"L>=3", true}, {"C>1200", false}, {"C=1200", true}, {" row = 7 ", true}, {"row>7", false},
	} {
		condition, err := ParseCondition(c.text)
		if err != nil || condition.Holds(10, 20, 3, 7) != c.holds {
			t.Errorf("%q holds %v, %v", c.text, !c.holds, err)
		}
	}
	for _, text := range []string{"", "N", "N<", "N<x", "loss<3", "N<1<2", "N!=3", "N<nan"} {
		if _, err := ParseCondition(text); err == nil {
			t.Errorf("%q is a condition", text)
		}
	}
}
