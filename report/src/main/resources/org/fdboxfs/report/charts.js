'use strict';
(function () {
  const charts = JSON.parse(document.getElementById('chart-data').textContent);
  const SERIES_COLOURS = 5;
  const ROW = 22;
  const AXIS = 28;

  const pen = document.createElement('canvas').getContext('2d');
  pen.font = '12px system-ui, sans-serif';

  function textWidth(text) {
    return pen.measureText(text).width;
  }

  function widest(texts) {
    return d3.max(texts, textWidth) || 0;
  }

  /** Cuts what would leave no room for the bars; the whole text is its tooltip. */
  function fitted(text, width) {
    let shown = text;
    for (let end = text.length - 1; textWidth(shown) > width && end > 0; end--) {
      shown = text.slice(0, end) + '\u2026';
    }
    return shown;
  }

  function axisScale(chart, left, right) {
    if (chart.scale === 'logarithmic') {
      const largest = Math.max(chart.largest, chart.origin * 10);
      return d3.scaleLog([chart.origin, largest], [left, right]).clamp(true).nice();
    }
    return d3.scaleLinear([0, chart.largest || 1], [left, right]).nice();
  }

  /** Bars of one label stand together: each gets the row below the one before. */
  function rows(bars) {
    let top = 0;
    let previous = null;
    return bars.map(function (bar) {
      const first = previous === null || bar.label !== previous.label;
      top += first && previous !== null ? ROW * 1.4 : previous === null ? 0 : ROW;
      previous = bar;
      return { bar: bar, top: top, first: first };
    });
  }

  function powersOfTen(domain) {
    const powers = [];
    for (let power = Math.ceil(Math.log10(domain[0]) - 1e-9); power <= Math.log10(domain[1]) + 1e-9; power++) {
      powers.push(Math.pow(10, power));
    }
    return powers;
  }

  function addAxis(svg, chart, x, height) {
    const whole = chart.bars.every(function (bar) { return Number.isInteger(bar.value) && bar.low === undefined; });
    const axis = d3.axisBottom(x).ticks(whole ? Math.min(5, Math.max(1, chart.largest)) : 5).tickSize(-height);
    const powers = chart.scale === 'logarithmic' ? powersOfTen(x.domain()) : [];
    if (powers.length > 2) {
      axis.tickValues(powers);
    }
    axis.tickFormat(d3.format(chart.largest < 1000 ? '~g' : '~s'));
    svg.append('g').attr('class', 'axis').attr('transform', 'translate(0,' + height + ')').call(axis);
  }

  function addLegend(container, series) {
    const legend = d3.select(container).append('p').attr('class', 'legend').attr('aria-hidden', 'true');
    series.forEach(function (name, index) {
      const item = legend.append('span');
      item.append('span').attr('class', 'swatch series-' + (index % SERIES_COLOURS));
      item.append('span').text(' ' + name);
    });
  }

  function addRow(svg, row, x, left, series) {
    const bar = row.bar;
    const group = svg.append('g').attr('transform', 'translate(0,' + row.top + ')');
    const spread = bar.low === undefined ? '' : ' (' + bar.low + ' to ' + bar.high + ')';
    const name = bar.label + (bar.series ? ', ' + bar.series : '') + ': ' + bar.text + spread;
    group.append('title').text(name);
    if (row.first) {
      group.append('text').attr('x', left - 8).attr('y', ROW / 2).attr('dy', '.35em').attr('text-anchor', 'end')
        .text(fitted(bar.label, left - 8));
    }
    const start = x.range()[0];
    const end = bar.value > 0 ? x(bar.value) : start;
    group.append('rect').attr('x', start).attr('y', 3).attr('height', ROW - 6).attr('width', Math.max(0, end - start))
      .attr('class', 'series-' + (series.indexOf(bar.series) % SERIES_COLOURS));
    let right = end;
    if (bar.low !== undefined) {
      const low = bar.low > 0 ? x(bar.low) : start;
      const high = bar.high > 0 ? x(bar.high) : start;
      const middle = ROW / 2;
      group.append('path').attr('class', 'spread')
        .attr('d', 'M' + low + ',' + (middle - 4) + 'v8M' + low + ',' + middle + 'H' + high + 'M' + high + ',' + (middle - 4) + 'v8');
      right = Math.max(right, high);
    }
    group.append('text').attr('x', right + 6).attr('y', ROW / 2).attr('dy', '.35em').text(bar.text);
  }

  function draw(container, chart) {
    const width = Math.max(280, container.clientWidth);
    const left = Math.min(widest(chart.bars.map(function (bar) { return bar.label; })) + 12, width * 0.38);
    const values = widest(chart.bars.map(function (bar) { return bar.text; }));
    const x = axisScale(chart, left, width - values - 10);
    const series = Array.from(new Set(chart.bars.map(function (bar) { return bar.series; })));
    const placed = rows(chart.bars);
    const height = (placed.length ? placed[placed.length - 1].top + ROW : 0) + 4;
    container.replaceChildren();
    if (series.length > 1) {
      addLegend(container, series);
    }
    const svg = d3.select(container).append('svg').attr('viewBox', [0, 0, width, height + AXIS].join(' '))
      .attr('role', 'img').attr('aria-label', chart.title);
    addAxis(svg, chart, x, height);
    placed.forEach(function (row) { addRow(svg, row, x, left, series); });
  }

  document.querySelectorAll('.plot').forEach(function (container) {
    const chart = charts[Number(container.dataset.chart)];
    let drawnFor = 0;
    function drawIfResized() {
      if (container.clientWidth !== drawnFor) {
        drawnFor = container.clientWidth;
        draw(container, chart);
      }
    }
    drawIfResized();
    new ResizeObserver(drawIfResized).observe(container);
    container.parentElement.querySelector('details').open = false;
  });
})();
