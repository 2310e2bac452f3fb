package action

import "testing"

// TestAddedFieldsChangeNoKey adds fields to an object, as a later program does.
func TestAddedFieldsChangeNoKey(t *testing.T) {
	type fitBefore struct {
		Delta float64 `json:"delta"`
	}
	type before struct {
		Name string    `json:"name"`
		Fit  fitBefore `json:"fit"`
	}
	type fitNow struct {
		Delta  float64 `json:"delta"`
		Search string  `json:"search"`
	}
	type now struct {
		Name  string   `json:"name"`
		Fit   fitNow   `json:"fit"`
		Clips []int    `json:"clips"`
		Limit *float64 `json:"limit"`
	}
	added := Added{"fit.search": "grid", "clips": []int{}, "limit": nil}
	key := func(v any) string {
		t.Helper()
		params, err := added.Without(v)
		if err != nil {
			t.Fatal(err)
		}
		k, err := Action{Name: "a", Version: 1, Params: params}.Key()
		if err != nil {
			t.Fatal(err)
		}
		return string(k)
	}
	old := key(before{"s", fitBefore{1e-3}})
	if direct, err := (Action{Name: "a", Version: 1, Params: before{"s", fitBefore{1e-3}}}).Key(); err != nil || string(direct) != old {
		t.Errorf("the key of before is %s, and was %s", old, direct)
	}
	if got := key(now{"s", fitNow{1e-3, "grid"}, []int{}, nil}); got != old {
		t.Error("fields that were added with their defaults change the key")
	}
	limit := 1.0
	for name, v := range map[string]now{
		"search": {"s", fitNow{1e-3, "other"}, []int{}, nil}, "clips": {"s", fitNow{1e-3, "grid"}, []int{1}, nil},
		"limit": {"s", fitNow{1e-3, "grid"}, []int{}, &limit}, "delta": {"s", fitNow{1e-4, "grid"}, []int{}, nil},
	} {
		if key(v) == old {
			t.Errorf("another %s has the same key", name)
		}
	}
}
