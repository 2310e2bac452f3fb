package runs

import (
	"errors"
	"strings"
	"testing"
)

func TestParseColumns(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  Columns
		error string
	}{
		{"", Columns{}, ""},
		{"  ", Columns{}, ""},
		{"N=params,D=tokens,L=loss", Columns{N: "params", D: "tokens", L: "loss"}, ""},
		{"n=a, d = b ,c=x,WEIGHT=w,Cluster=seed", Columns{N: "a", D: "b", C: "x", Weight: "w", Cluster: "seed"}, ""},
		{"N=a=b", Columns{N: "a=b"}, ""},
		{"L=final loss", Columns{L: "final loss"}, ""},
		{`"N=size, all",D=tokens`, Columns{N: "size, all", D: "tokens"}, ""},
		{"params", Columns{}, `columns: "params" is no pair such as N=params`},
		{"N=", Columns{}, `columns: "N=" is no pair such as N=params`},
		{"N=a,,D=b", Columns{}, `columns: "" is no pair such as N=params`},
		{"X=a", Columns{}, `columns: "X" is no key: the keys are N, D, L, C, H, weight, cluster`},
		{"by=set", Columns{}, `columns: "by" is no key: the keys are N, D, L, C, H, weight, cluster`},
		{"N=a,n=b", Columns{}, "columns: n is given twice, as a and b"},
		{"N=\"a\"", Columns{}, `columns "N=\"a\"": pairs such as N=params,D=tokens belong there; quotes go around a whole pair`},
		{"N=a\nD=b", Columns{}, `columns "N=a\nD=b": pairs such as N=params,D=tokens belong there; quotes go around a whole pair`},
	} {
		got, err := ParseColumns(c.text)
		if got != c.want || message(err) != c.error {
			t.Errorf("%q: %+v, error %q; want %+v, %q", c.text, got, message(err), c.want, c.error)
		}
	}
}

// message is the text of an error, without the name of a source; "" for nil.
func message(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return strings.Join(e.Problems, "\n")
	}
	return err.Error()
}

func TestColumnsAreFound(t *testing.T) {
	for _, c := range []struct {
		name  string
		table string // its header, with commas
		asked Columns
		want  Columns
		notes string
		error string
	}{
		{"common", "params,tokens,loss", Columns{}, Columns{N: "params", D: "tokens", L: "loss"}, "", ""},
		{"letters", "n,D,l", Columns{}, Columns{N: "n", D: "D", L: "l"}, "", ""},
		{"words", "Model Size,Training Tokens,Training FLOP,loss", Columns{}, Columns{N: "Model Size", D: "Training Tokens", L: "loss"}, "", ""},
		{"clear before vague", "size,num_params,tokens,eval-loss", Columns{}, Columns{N: "num_params", D: "tokens", L: "eval-loss"}, "", ""},
		{"asked", "a,b,c,d,e,f,g", Columns{N: "a", D: "b", L: "c", By: "d", Weight: "e", Cluster: "f"}, Columns{N: "a", D: "b", L: "c", By: "d", Weight: "e", Cluster: "f"}, "", ""},
		{"D of C", "params,flops,loss", Columns{}, Columns{N: "params", C: "flops", L: "loss"}, "", ""},
		{"N of C", "tokens,compute,loss", Columns{}, Columns{D: "tokens", C: "compute", L: "loss"}, "", ""},
		{"C not needed", "params,tokens,fl,loss", Columns{C: "fl"}, Columns{N: "params", D: "tokens", L: "loss"}, "column fl isn't used: there are N and D", ""},
		{"what is named isn't guessed", "params,tokens,loss,val_loss,n", Columns{L: "loss", Weight: "n"}, Columns{N: "params", D: "tokens", L: "loss", Weight: "n"}, "", ""},

		{"two losses", "params,tokens,loss,val_loss", Columns{}, Columns{}, "", "each of the columns loss, val_loss may be L (loss): choose one, as in --columns L=loss"},
		{"two vague sizes", "size,Model Size,tokens,loss", Columns{}, Columns{}, "", "each of the columns size, Model Size may be N (parameters): choose one, as in --columns N=size"},
		{"two FLOPs", "n,loss,flops,C", Columns{}, Columns{}, "", "each of the columns flops, C may be C (FLOPs): choose one, as in --columns C=flops"},
		{"no loss", "params,tokens,ppl", Columns{}, Columns{}, "", "no column has a common name of L (loss): give its name with --columns L=NAME; the table has the columns params, tokens, ppl"},
		{"no tokens", "params,steps,loss", Columns{}, Columns{}, "", "no column has a common name of D (training tokens): give its name with --columns D=NAME; the table has the columns params, steps, loss"},
		{"FLOPs alone", "flops,loss", Columns{}, Columns{}, "", "no column has a common name of N (parameters): give its name with --columns N=NAME; the table has the columns flops, loss\nno column has a common name of D (training tokens): give its name with --columns D=NAME; the table has the columns flops, loss"},
		{"near", "params,tokens,loss", Columns{L: "lss"}, Columns{}, "", `there is no column "lss", as --columns L=lss asks for (did you mean loss?); the table has the columns params, tokens, loss`},
		{"other case", "params,tokens,loss", Columns{N: "Params"}, Columns{}, "", `there is no column "Params", as --columns N=Params asks for (did you mean params?); the table has the columns params, tokens, loss`},
		{"not near", "params,tokens,loss", Columns{By: "corpus"}, Columns{}, "", `there is no column "corpus", as --by corpus asks for; the table has the columns params, tokens, loss`},
		{"one for two", "params,tokens,loss", Columns{N: "params", D: "params"}, Columns{}, "", `column "params" can't be both N and D`},
		{"no names", ",", Columns{}, Columns{}, "", "no column has a common name of N (parameters): give its name with --columns N=NAME; the table has no columns with a name\nno column has a common name of D (training tokens): give its name with --columns D=NAME; the table has no columns with a name\nno column has a common name of L (loss): give its name with --columns L=NAME; the table has no columns with a name"},
	} {
		got, notes, err := find(strings.Split(c.table, ","), c.asked)
		if message(err) != c.error || err == nil && (got != c.want || strings.Join(notes, "\n") != c.notes) {
			t.Errorf("%s: %+v, notes %q, error %q; want %+v, %q, %q", c.name, got, notes, message(err), c.want, c.notes, c.error)
		}
	}
}

func TestLongListsOfColumnsAreCut(t *testing.T) {
	names := make([]string, 40)
	for i := range names {
		names[i] = strings.Repeat("x", i+1)
	}
	if got := list(names); !strings.HasSuffix(got, " and 10 more") {
		t.Error(got)
	}
}

func TestNearNames(t *testing.T) {
	names := []string{"", "params", "val_loss", "training tokens"}
	for name, want := range map[string]string{
		"parms": "params", "valloss": "val_loss", "vall_los": "val_loss", "training_token": "training tokens",
		"seed": "", "": "", strings.Repeat("p", 1000): "",
	} {
		if got := near(name, names); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
