#include "stream.h"

#include "context.h"
#include "settings.h"

namespace {

const unsigned nonblocking_stream = 1; // CU_STREAM_NON_BLOCKING

} // namespace

Result Stream::enqueue(Work work) {
  if (capture) {
    if (!capture->valid) return capture_invalidated;
    capture->graph.nodes.push_back({std::move(work), behind});
    behind = {capture->graph.nodes.size() - 1};
    if (capture->origin != this) capture->forks.insert(this);
    return success;
  }
  if (this == &context.legacy) {
    for (Stream *s : context.streams)
      if (s->blocking && s->capture) {
        s->capture->valid = false;
        return refuse(capture_implicit, "work in the legacy stream");
      }
    context.flush(false);
    queue.push_back(std::move(work));
    flush();
    return success; // a failure is the next call's to tell
  }
  queue.push_back(std::move(work));
  if (!settings.lazy) flush();
  return success;
}

void Stream::step() {
  Work work = std::move(queue.front());
  queue.pop_front();
  Result result = context.state();
  if (!result) result = work();
  if (result && !context.sticky) context.sticky = result;
}

void Stream::flush() {
  while (!queue.empty()) step();
}

void Stream::run_to(const Point &point) {
  while (!point.reached && !queue.empty()) step();
}

API cuStreamCreate(Stream **stream, unsigned flags) {
  ENTER
  *stream = new Stream(context, !(flags & nonblocking_stream));
  context.streams.insert(*stream);
  return success;
}

API cuStreamCreateWithPriority(Stream **stream, unsigned flags, int) { return cuStreamCreate(stream, flags); }

API cuCtxGetStreamPriorityRange(int *least, int *greatest) {
  *least = *greatest = 0;
  return success;
}

API cuStreamDestroy_v2(Stream *stream) {
  ENTER
  if (!stream || !context.streams.count(stream)) return refuse(invalid_handle, "cuStreamDestroy");
  stream->flush();
  context.streams.erase(stream);
  delete stream;
  return success;
}

// What waits can't be a part of a graph, and ends the capture.
#define NOT_CAPTURING                                                                                                   \
  if (stream->capture) {                                                                                                \
    stream->capture->valid = false;                                                                                     \
    return refuse(capture_unsupported, "%s", __func__);                                                                 \
  }

API cuStreamSynchronize(Stream *stream) {
  STREAM
  NOT_CAPTURING
  if (stream == &context.legacy) context.flush(false);
  stream->flush();
  return context.finished();
}

// Work that waits is said to be unfinished, and runs then: who asks again gets on.
API cuStreamQuery(Stream *stream) {
  STREAM
  NOT_CAPTURING
  if (stream->queue.empty()) return success;
  stream->flush();
  return context.state() ? context.state() : not_ready;
}

API cuStreamWaitEvent(Stream *stream, Event *event, unsigned) {
  STREAM
  if (event && event->context != &context) return refuse(not_supported, "cuStreamWaitEvent: an event of another context");
  if (!context.events.count(event)) return refuse(invalid_handle, "cuStreamWaitEvent");
  if (event->capture) {
    if (stream->capture && stream->capture != event->capture) return refuse(capture_isolation, "cuStreamWaitEvent: another capture");
    if (!stream->queue.empty() && !stream->capture) stream->flush();
    stream->capture = event->capture;
    stream->behind.insert(stream->behind.end(), event->captured_behind.begin(), event->captured_behind.end());
    if (stream == stream->capture->origin) stream->capture->forks.erase(event->captured_in);
    else stream->capture->forks.insert(stream);
    return success;
  }
  if (stream->capture) return refuse(capture_isolation, "cuStreamWaitEvent: an event from before the capture");
  std::shared_ptr<Point> point = event->point;
  if (!point || point->reached) return success;
  return stream->enqueue([point] {
    point->stream->run_to(*point);
    return success;
  });
}
