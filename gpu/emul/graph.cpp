// Captures of streams, and graphs. A graph runs its nodes in the order of the capture.
#include "context.h"

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
    if (s->capture == capture) s->capture = nullptr;
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
  auto nodes = std::make_shared<std::vector<Work>>(graph->nodes);
  return stream->enqueue([nodes, &context] {
    for (const Work &node : *nodes) {
      Result result = node();
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
