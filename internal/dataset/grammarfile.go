package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dustin/go-humanize"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/content"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/internal/pcfg"
)

// mostGrammar bounds the text of a grammar, in bytes; the paper's largest has 3 MB.
const mostGrammar = 64 << 20

// GrammarHint says what a grammar's text is.
const GrammarHint = "a grammar is lines such as S -> A '17' [0.25] | '3' [0.75]; terminals are token ids or words; see ziplaw help grammar show"

// ReadGrammar reads a grammar in NLTK's PCFG syntax. Mistakes of its text are *pcfg.ParseError.
func ReadGrammar(c *content.Content) (*pcfg.Grammar, error) {
	b, err := io.ReadAll(io.LimitReader(c, mostGrammar+1))
	if err != nil {
		return nil, err
	}
	if len(b) > mostGrammar {
		return nil, &content.Error{Name: c.Name(), Kind: content.TooLong, Err: fmt.Errorf("a grammar has at most %s of text", humanize.IBytes(mostGrammar))}
	}
	return pcfg.Parse(string(b))
}

// openGrammarFile samples documents from the grammar that a file holds.
func openGrammarFile(ctx context.Context, s ziplaw.Study, d ziplaw.DataSet, access corpus.Access) (Source, error) {
	name, err := corpus.ExpandPath(ctx, d.Grammar.File, access)
	if err != nil {
		return nil, grammarFileError(s, d, "the path of a file that can be read", err)
	}
	g, err := grammarOf(name)
	if err != nil {
		hint := "a file of a grammar in NLTK's PCFG syntax"
		if wrong, ok := errors.AsType[*pcfg.ParseError](err); ok {
			hint, err = GrammarHint, &content.Error{Name: name, Line: int64(wrong.Line), Err: errors.New(wrong.Message)}
		}
		return nil, grammarFileError(s, d, hint, err)
	}
	src, err := newGrammarSource(s, d, g)
	if err != nil {
		return nil, grammarFileError(s, d, "give one of them a rule that ends", &content.Error{Name: name, Err: err})
	}
	ids := src.Vocabulary()
	if len(ids) < 2 {
		return nil, grammarFileError(s, d, "give it terminals that sentences can hold; token 0 separates sentences",
			&content.Error{Name: name, Err: errors.New("its documents hold no token but 0")})
	}
	if err := fitsVocabulary(s, d, ids); err != nil {
		return nil, err
	}
	return src, nil
}

func grammarOf(name string) (g *pcfg.Grammar, err error) {
	c, err := content.Open(name, content.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return ReadGrammar(c)
}

func grammarFileError(s ziplaw.Study, d ziplaw.DataSet, hint string, err error) error {
	return ziplaw.BadSpec(field(s, d, "grammar.file"), hint, "%v", err)
}

// fitsVocabulary holds that a stated vocabulary has room for the token ids of a file's grammar, and for the pad id where pads are
// targets.
func fitsVocabulary(s ziplaw.Study, d ziplaw.DataSet, ids []int32) error {
	if s.Vocabulary == ziplaw.CompactVocabulary {
		return nil
	}
	need, pad := int(ids[len(ids)-1])+1, ""
	if s.Recipe.PadTargets == "counted" {
		need, pad = need+1, " and the pad id"
	}
	if int(s.Vocabulary) >= need {
		return nil
	}
	return ziplaw.BadSpec("vocabulary", fmt.Sprintf("at least %d, or compact", need),
		"%d ids have no room for the tokens 0 to %d%s of %s", s.Vocabulary, ids[len(ids)-1], pad, field(s, d, "grammar.file"))
}
