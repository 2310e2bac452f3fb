package spec

import (
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// maxDocuments bounds the documents of a budget: their numbers are 32-bit.
const maxDocuments = 1 << 30

func (c *checker) checkModels() {
	first := map[ziplaw.Model]int{}
	for i, m := range c.Models {
		field := itemPath("models", i)
		if len(c.problems) >= maxFound {
			return
		}
		if j, found := first[m]; found {
			c.add(field, "leave one out", "is the model %s of %s again", m.Name(), itemPath("models", j))
			continue
		}
		first[m] = i
		c.checkHeads(field, m)
	}
}

// checkHeads holds that heads have a whole and even size: rotary embeddings turn pairs of a head's values.
func (c *checker) checkHeads(field string, m ziplaw.Model) {
	switch {
	case m.H%2 != 0:
		c.add(field+".h", fmt.Sprintf("%d or %d", m.H-1, m.H+1), "%d is odd: rotary embeddings turn pairs of values", m.H)
	case m.H%m.Heads != 0:
		c.add(field+".heads", headsHint(m), "%d heads don't divide h %d", m.Heads, m.H)
	case m.H/m.Heads%2 != 0:
		c.add(field+".heads", headsHint(m), "%d heads of h %d have the odd size %d: rotary embeddings turn pairs of values", m.Heads, m.H, m.H/m.Heads)
	}
}

// headsHint names the numbers of heads next to the one that doesn't do.
func headsHint(m ziplaw.Model) string {
	below, above := 0, 0
	for heads := 1; heads <= m.H/2; heads++ {
		if m.H%heads != 0 || m.H/heads%2 != 0 {
			continue
		}
		if heads < m.Heads {
			below = heads
		} else if above == 0 {
			above = heads
		}
	}
	switch {
	case above == 0:
		return fmt.Sprintf("for example %d", below)
	case below == 0:
		return fmt.Sprintf("for example %d", above)
	default:
		return fmt.Sprintf("for example %d or %d", below, above)
	}
}

func (c *checker) checkBudgets() {
	context, batch := int64(c.Context), int64(c.Recipe.Batch)
	for i, d := range c.Budgets {
		field := itemPath("budgets", i)
		switch {
		case d < batch*context:
			c.add(field, fmt.Sprintf("at least %d, or a smaller batch or context", batch*context),
				"%d tokens are below one batch of %d documents of %d tokens", d, batch, context)
		case d/context > maxDocuments:
			c.add(field, fmt.Sprintf("at most %d", maxDocuments*context), "%d tokens are more than %d documents of %d tokens", d, maxDocuments, context)
		case d%context != 0:
			c.add(field, fmt.Sprintf("%d or %d", d/context*context, (d/context+1)*context), "%d tokens are no whole number of documents of %d tokens", d, context)
		}
	}
}
