-- Made by `npm run docs`: one table an agent. docs/tables.md says how to use them.

CREATE EXTERNAL TABLE `rows_sector_quant` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_technical_score` double,
  `in_rsi_14` double,
  `in_macd_cross` double,
  `in_macd_above_zero` double,
  `in_price_vs_ma50` double,
  `in_price_vs_ma200` double,
  `in_momentum_20d` double,
  `in_momentum_5d` double,
  `in_atr_14_pct` double,
  `in_dist_from_52w_high` double,
  `in_dist_from_52w_low` double,
  `in_technical_score_percentile` double,
  `in_momentum_20d_percentile` double,
  `in_regime` string
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=sector_quant/';

CREATE EXTERNAL TABLE `rows_sector_qual` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_quant_score` double,
  `in_quant_rank` double,
  `in_is_held` double,
  `in_has_prior` double,
  `in_prior_final_score` double,
  `in_prior_conviction` double,
  `in_article_count` double,
  `in_num_analysts` double,
  `in_regime` string,
  `in_team` string
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=sector_qual/';

CREATE EXTERNAL TABLE `rows_sector_peer_review` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_quant_score` double,
  `in_quant_score_rank` double,
  `in_qual_score` double,
  `in_qual_score_rank` double,
  `in_conviction` double,
  `in_conviction_rank` double,
  `in_combined` double,
  `in_combined_rank` double,
  `in_n_catalysts` double,
  `in_bear_case_length` double,
  `in_is_addition` double,
  `in_technical_score` double,
  `in_n_candidates` double,
  `in_regime` string
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=sector_peer_review/';

CREATE EXTERNAL TABLE `rows_thesis_update` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_trigger_news_volume_spike` double,
  `in_trigger_price_move_gt_2atr` double,
  `in_trigger_analyst_rating_change` double,
  `in_trigger_analyst_target_revision` double,
  `in_trigger_recent_earnings` double,
  `in_trigger_insider_cluster` double,
  `in_trigger_insider_selling` double,
  `in_trigger_sector_regime_change` double,
  `in_n_triggers` double,
  `in_article_count` double,
  `in_prior_final_score` double,
  `in_prior_quant_score` double,
  `in_prior_qual_score` double,
  `in_prior_conviction` double,
  `in_latest_surprise_pct` double,
  `in_n_rating_changes` double
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=thesis_update/';

CREATE EXTERNAL TABLE `rows_macro_economist` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_vix` double,
  `in_sp500_30d_return` double,
  `in_yield_curve_slope` double,
  `in_hy_credit_spread_oas` double,
  `in_unemployment` double,
  `in_cpi_yoy` double,
  `in_pct_above_50d_ma` double,
  `in_pct_above_200d_ma` double,
  `in_advance_decline_ratio` double,
  `in_intensity_z` double,
  `in_hmm_bear_prob` double,
  `in_hmm_bull_prob` double,
  `in_active_severity_floor` double
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=macro_economist/';

CREATE EXTERNAL TABLE `rows_ic_cio` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_quant_score` double,
  `in_quant_score_rank` double,
  `in_qual_score` double,
  `in_qual_score_rank` double,
  `in_conviction` double,
  `in_conviction_rank` double,
  `in_combined` double,
  `in_combined_rank` double,
  `in_min_quant_qual` double,
  `in_n_catalysts` double,
  `in_is_qual_addition` double,
  `in_team` string,
  `in_is_held` double,
  `in_prior_advance` double,
  `in_n_candidates` double,
  `in_open_slots` double,
  `in_regime` string
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=ic_cio/';

CREATE EXTERNAL TABLE `rows_thinktank_thesis` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_n_articles` double,
  `in_lm_sentiment_mean` double,
  `in_event_count` double,
  `in_event_severity_max` double,
  `in_insider_n_buys_90d` double,
  `in_insider_n_sells_90d` double,
  `in_insider_net_dollar_flow_90d_log` double,
  `in_mean_target_pct_change_30d` double,
  `in_num_analysts_current` double,
  `in_rating_changed_30d` double,
  `in_n_funds_holding` double,
  `in_shares_qoq_change` double,
  `in_current_price` double,
  `in_market_cap` double,
  `in_avg_volume` double,
  `in_pe` double,
  `in_pb` double,
  `in_fcf_yield` double,
  `in_dividend_yield` double,
  `in_debt_to_equity` double,
  `in_current_ratio` double,
  `in_payout_ratio` double,
  `in_roe` double,
  `in_gross_margin` double,
  `in_revenue_growth_3y` double,
  `in_eps_growth_3y` double,
  `in_rsi_14` double,
  `in_momentum_20d` double,
  `in_return_60d` double,
  `in_return_120d` double,
  `in_realized_vol_20d` double,
  `in_atr_pct` double,
  `in_dist_from_52w_high` double,
  `in_price_vs_ma200` double,
  `in_beta` double,
  `in_prior_rating` double,
  `in_prior_conviction` double,
  `in_prior_stance` double,
  `in_update_reason` string
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=thinktank_thesis/';

CREATE EXTERNAL TABLE `rows_thinktank_theme` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_regime` string,
  `in_kind` string,
  `in_update_reason` string,
  `in_prior_stance` double,
  `in_weeks_since_anchor` double
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=thinktank_theme/';

CREATE EXTERNAL TABLE `rows_executor_entry_triggers` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_m_pull` double,
  `in_m_vwap` double,
  `in_sup_dist` double,
  `in_sup_ok_low` double,
  `in_m_support` double,
  `in_minutes_past_expiry` double,
  `in_minutes_past_graduated_start` double,
  `in_premium` double
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=executor-entry_triggers/';

CREATE EXTERNAL TABLE `rows_executor_position_sizer` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_days_to_earnings` double,
  `in_conviction_declining` double,
  `in_price_target_upside` double,
  `in_sector_rating` string,
  `in_stance` string,
  `in_base_dollars` double,
  `in_base_dollars_log` double,
  `in_base_shares_log` double,
  `in_current_price` double,
  `in_portfolio_nav` double,
  `in_n_enter_signals` double,
  `in_drawdown_multiplier` double,
  `in_atr_pct` double,
  `in_prediction_confidence` double,
  `in_p_up` double,
  `in_feature_coverage` double,
  `in_signal_age_days` double
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=executor-position_sizer/';

CREATE EXTERNAL TABLE `rows_executor_risk_guard` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_score_margin` double,
  `in_position_margin` double,
  `in_sector_margin` double,
  `in_bear_and_underweight` double,
  `in_drawdown_fraction` double,
  `in_nav_nonpositive` double
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=executor-risk_guard/';

CREATE EXTERNAL TABLE `rows_executor_exit_rules_planner` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_gain_pct` double,
  `in_fallback_margin` double,
  `in_profit_margin` double,
  `in_trading_days_held` double,
  `in_decay_days` double,
  `in_days_past_catalyst` double,
  `in_research_enter` double,
  `in_stance` string
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=executor-exit_rules-planner/';

CREATE EXTERNAL TABLE `rows_executor_exit_rules_daemon` (
  `agent_id_base` string,
  `artifact_key` string,
  `row` double,
  `run` string,
  `captured_at` timestamp,
  `decision` string,
  `fold` double,
  `predicted_tree` string,
  `predicted_logistic` string,
  `predicted_exact` string,
  `in_stop_margin` double,
  `in_profit_margin` double,
  `in_profit_take_executed` double,
  `in_collapse_margin` double
)
PARTITIONED BY (`run_id` string)
STORED AS PARQUET
LOCATION 's3://BUCKET/decision_artifacts/_tables/rows/agent=executor-exit_rules-daemon/';
