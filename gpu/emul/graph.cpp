// Captures of streams, and graphs.
#include <set>

#include "context.h"
#include "sequence.h"

std::vector<size_t> Graph::sequence() const {
  std::vector<size_t> open(nodes.size()), order;
  std::vector<std::vector<size_t>> before(nodes.size());
  std::set<size_t> ready; // nodes that come behind none that is left
  for (size_t i = 0; i < nodes.size(); i++) {
    open[i] = nodes[i].behind.size();
    for (size_t b : nodes[i].behind) before[b].push_back(i);
    if (!open[i]) ready.insert(i);
  }
  Sequence choice;
  while (!ready.empty()) {
    choice.begin(ready.size());
    auto next = std::next(ready.begin(), choice[0]);
    size_t node = *next;
    ready.erase(next);
    order.push_back(node);
    for (size_t i : before[node])
      if (!--open[i]) ready.insert(i);
  }
  return order;
}

API cuStreamBeginCapture_v2(Stream *stream, int) {
  ENTER
  stream = context.stream(stream);
  if (!stream) return refuse(invalid_handle, "cuStreamBeginCapture");
  if (stream == &context.legacy) return refuse(capture_unsupported, "cuStreamBeginCapture of the legacy stream");
  if (stream->capture) return refuse(invalid_value, "cuStreamBeginCapture: it is capturing");
  stream->flush();
  stream->capture = std::make_shared<Capture>();
  stream->capture->origin = stream;
  return success;
}

API cuStreamEndCapture(Stream *stream, Graph **graph) {
  ENTER
  *graph = nullptr;
  stream = context.stream(stream);
  if (!stream || !stream->capture || stream->capture->origin != stream) return refuse(capture_unmatched, "cuStreamEndCapture");
  std::shared_ptr<Capture> capture = stream->capture;
  for (Stream *s : context.streams)
    if (s->capture == capture) s->capture = nullptr, s->behind.clear();
  for (Event *e : context.events)
    if (e->capture == capture) e->capture = nullptr, e->point = nullptr;
  if (!capture->valid) return refuse(capture_invalidated, "cuStreamEndCapture");
  if (!capture->forks.empty()) return refuse(capture_unjoined, "cuStreamEndCapture");
  *graph = new Graph(std::move(capture->graph));
  context.graphs.insert(*graph);
  return success;
}

API cuStreamIsCapturing(Stream *stream, int *status) {
  ENTER
  stream = context.stream(stream);
  if (!stream) return refuse(invalid_handle, "cuStreamIsCapturing");
  *status = !stream->capture ? 0 : stream->capture->valid ? 1 : 2;
  return success;
}

API cuGraphInstantiateWithFlags(Graph **executable, Graph *graph, unsigned long long) {
  ENTER
  if (!context.graphs.count(graph)) return refuse(invalid_value, "cuGraphInstantiate: no graph of the current context");
  *executable = new Graph(*graph);
  context.graphs.insert(*executable);
  return success;
}

API cuGraphLaunch(Graph *graph, Stream *stream) {
  ENTER
  stream = context.stream(stream);
  if (!stream || !context.graphs.count(graph)) return refuse(invalid_value, "cuGraphLaunch");
  if (stream->capture) return refuse(not_supported, "cuGraphLaunch in a capture");
  auto copy = std::make_shared<Graph>(*graph);
  return stream->enqueue([copy, &context] {
    for (size_t node : copy->sequence()) {
      Result result = copy->nodes[node].work();
      if (!result) result = context.state();
      if (result) return result;
    }
    return success;
  });
}

API cuGraphDestroy(Graph *graph) {
  ENTER
  if (!context.graphs.erase(graph)) return refuse(invalid_value, "cuGraphDestroy");
  delete graph;
  return success;
}

API cuGraphExecDestroy(Graph *graph) { return cuGraphDestroy(graph); }
