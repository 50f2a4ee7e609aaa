/* The floor: what a loop over the mapped values costs when nothing else is done. One thread. */
#include <math.h>
#include <stdint.h>

void copy_values(const float *values, int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = values[k];
}

void fill_bins(int64_t n, int64_t step, int64_t size, int64_t *starts, int64_t *ends) {
  for (int64_t k = 0; k < n; k++) {
    starts[k] = k * step;
    ends[k] = (k + 1) * step;
  }
  if (n && ends[n - 1] > size) ends[n - 1] = size;
}

static double mean(const float *values, int64_t lo, int64_t hi) {
  double sum = 0;
  int64_t n = 0;
  for (int64_t k = lo; k < hi; k++)
    if (values[k] == values[k]) {
      sum += values[k];
      n++;
    }
  return n ? sum / n : NAN;
}

void mean_bins(const float *values, int64_t n, int64_t width, int64_t n_out, double *out) {
  for (int64_t k = 0; k < n_out; k++) {
    int64_t hi = (k + 1) * width;
    out[k] = mean(values, k * width, hi < n ? hi : n);
  }
}

void mean_windows(const float *values, int64_t bin, const int64_t *starts, const int64_t *ends,
                  int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = mean(values, starts[k] / bin, (ends[k] - 1) / bin + 1);
}

void summarise(const float *values, int64_t n, double *out) {
  double count = 0, sum = 0, squares = 0, low = out[3], high = out[4];
  for (int64_t k = 0; k < n; k++) {
    double v = values[k];
    if (v != v) continue;
    count++;
    sum += v;
    squares += v * v;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  out[0] += count;
  out[1] += sum;
  out[2] += squares;
  out[3] = low;
  out[4] = high;
}

int64_t screen_above(const float *values, int64_t n, double limit, int64_t bin, int64_t *starts,
                     int64_t *ends) {
  int64_t found = 0, open = 0;
  for (int64_t k = 0; k < n; k++) {
    int hit = values[k] > limit;
    if (hit && !open) starts[found] = k * bin;
    if (!hit && open) ends[found++] = k * bin;
    open = hit;
  }
  if (open) ends[found++] = n * bin;
  return found;
}

void expression(const double *a, const double *b, const double *c, int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = log(a[k] + 1) - 0.5 * b[k] + c[k] / (a[k] + 0.1);
}
