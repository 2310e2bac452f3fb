#include <time.h>

#include "context.h"

namespace {

const unsigned untimed_event = 2; // CU_EVENT_DISABLE_TIMING

double now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

} // namespace

API cuEventCreate(Event **event, unsigned flags) {
  ENTER
  *event = new Event{&context, !(flags & untimed_event), nullptr, nullptr};
  context.events.insert(*event);
  return success;
}

#define EVENT                                                                                                           \
  ENTER                                                                                                                 \
  if (!context.events.count(event)) return refuse(invalid_handle, "%s: no event of the current context", __func__);

API cuEventDestroy_v2(Event *event) {
  EVENT
  context.events.erase(event);
  delete event;
  return success;
}

API cuEventRecord(Event *event, Stream *stream) {
  STREAM
  if (!context.events.count(event)) return refuse(invalid_handle, "cuEventRecord");
  event->capture = stream->capture;
  event->captured_in = stream;
  event->captured_behind = stream->behind;
  if (stream->capture) return success;
  auto point = event->point = std::make_shared<Point>();
  point->stream = stream;
  return stream->enqueue([point] {
    point->milliseconds = now();
    point->reached = true;
    return success;
  });
}

API cuEventQuery(Event *event) {
  EVENT
  if (event->capture) return refuse(captured_event, "cuEventQuery");
  if (!event->point || event->point->reached) return success;
  event->point->stream->run_to(*event->point);
  return context.state() ? context.state() : not_ready;
}

API cuEventSynchronize(Event *event) {
  EVENT
  if (event->capture) return refuse(captured_event, "cuEventSynchronize");
  if (event->point && !event->point->reached) event->point->stream->run_to(*event->point);
  return context.state();
}

API cuEventElapsedTime(float *milliseconds, Event *from, Event *to) {
  ENTER
  if (!context.events.count(from) || !context.events.count(to) || !from->timed || !to->timed || !from->point || !to->point)
    return refuse(invalid_handle, "cuEventElapsedTime");
  if (!from->point->reached || !to->point->reached) return not_ready;
  *milliseconds = float(to->point->milliseconds - from->point->milliseconds);
  return success;
}
