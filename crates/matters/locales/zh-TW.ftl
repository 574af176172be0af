### Matters: what residents ask for and report.

# Open311
open311-contact = 有問題請聯絡這個網址的管理單位，或者在網頁上反映。
open311-key-service = 存取權杖由本縣的管理員核發：請說明程式的用途，由一位有權登錄事項的工作人員申請。權杖寫在 api_key 參數或 Authorization: Bearer 標頭裡。
open311-promise = { $respond }內聯絡您，{ $resolve }內辦結。
open311-working-days = { $n } 個工作日
open311-working-hours = { $n } 個工作小時
open311-working-minutes = { $n } 個工作分鐘
open311-unreadable = 看不懂這個請求，請檢查編碼。
open311-no-format = 沒有這個網址：{ $value }。網址要以 .json 或 .xml 結尾。
open311-no-address = 沒有這個網址：{ $value }。
open311-no-jurisdiction = 沒有這個 jurisdiction_id：{ $value }。
open311-which-jurisdiction = 請用 jurisdiction_id 說明是哪個縣區：{ $known }。
open311-no-service = 沒有這個 service_code：{ $value }。
open311-no-request = 沒有這個 service_request_id：{ $value }。
open311-no-token = 沒有這個 token：{ $value }。
open311-bad-date = { $parameter } 要寫成帶時區的時間，例如 2026-11-22T08:30:00+08:00，或者只寫日期。
open311-bad-number = { $parameter } 要寫成從 1 起的整數。
open311-bad-status = { $parameter } 只能是 open 或 closed。
open311-bad-degrees = { $parameter } 要寫成 WGS-84 座標的度數。
open311-bad-link = { $parameter } 要寫成 http 或 https 開頭的網址。
open311-dates-turned = start_date 不能晚於 end_date。
open311-dates-too-far = start_date 到 end_date 不能超過 90 天。
open311-too-many-ids = 一次最多問 { $most } 個 service_request_id。
open311-key-missing = 缺少 api_key。
open311-key-wrong = 這個 api_key 無效，或者已經過期。
open311-key-elsewhere = 這個 api_key 不能在這個縣區登錄事項。
open311-no-form = 請用 application/x-www-form-urlencoded 或 multipart/form-data 送出。
open311-needed = 缺少 { $parameter }。
open311-no-location = 缺少位置：請提供 lat 和 long，或者 address_string，或者 address_id。
open311-description-long = description 和 media_url 一共不能超過 { $most } 個字。
open311-attribute-required = 缺少 attribute[{ $attribute }]，這一項必須回答。
open311-attribute-once = attribute[{ $attribute }] 只能有一個答案。
open311-attribute-line = attribute[{ $attribute }] 只能寫一行。
open311-attribute-number = attribute[{ $attribute }] 要寫成數字。
open311-attribute-datetime = attribute[{ $attribute }] 要寫成帶時區的時間，例如 2026-11-22T08:30:00+08:00，或者只寫日期。
open311-attribute-value = attribute[{ $attribute }] 只能從列出的答案裡選。

## 辦理中的拒絕（actions）
matter-id-taken = 這份表單已經用過了。請重新整理頁面，再填一份。
matter-step-now = 這件事現在是「{ $status ->
    [dispatched] { status-dispatched }
    [accepted] { status-accepted }
    [waiting] { status-waiting }
    [objected] { status-objected }
    [resolved] { status-resolved }
    [reopened] { status-reopened }
    [closed] { status-closed }
    [withdrawn] { status-withdrawn }
    [dismissed] { status-dismissed }
   *[received] { status-received }
 }」，這一步做不成了。請重新整理頁面看最新情況。
matter-step-party = 這一步不歸您辦。應該由誰辦，看頁面上的「現在在誰手裡」。
matter-text-missing = 請寫一句是什麼事。
matter-text-long = 寫得太長了，請刪短一些（事情和回覆最多 2000 字，地點最多 200 字，姓名最多 80 字）。
matter-place-missing = 請告訴我們在哪裡：點地圖、選地方，或者寫一句。
matter-phone-form = 這個電話號碼看起來不對，請核對一遍。
matter-email-form = 這個電子郵件看起來不對，請核對一遍。
matter-key-form = 查詢金鑰的格式不對，請重新整理頁面再填。
matter-category-unknown = 沒有這個類別，請另選一個。
matter-coordinates-form = 經緯度不對：經度在 -180 到 180 之間，緯度在 -90 到 90 之間，要同時填。
matter-attribute-required = 這一項要填。
matter-attribute-form = 這一項填得不對，請按提示填。
matter-area-unknown = 沒有找到這個地方，或者它不在本縣。請另選一個。
matter-unit-missing = 請選一個本縣還在運作的單位。
matter-unit-same = 這件事本來就在這個單位手裡，請選別的單位。
matter-reason-missing = 請寫明原因。
matter-reason-short = 請寫明為什麼要看，至少 4 個字。您的原因會記入稽核。
matter-note-missing = 請寫幾個字。
matter-note-unfilled = 範本裡還有沒填的空（大括號裡的），請填好再發。
matter-nothing-changed = 類別和地點都沒有改動。
matter-call-back-own = 回訪要由別的單位的人來做：這件事是您所在的單位辦的。

# JSON 介面
api-county-form = 縣區代碼是 6 位數字。
api-status-unknown = 沒有這個狀態，請看介面文件裡列出的狀態。
api-id-form = 編號的格式不對，要寫成 UUID。
api-order-unknown = 排序只能是 newest 或 due。
api-time-form = 要寫成帶時區的時間，例如 2026-11-22T08:30:00+08:00。
api-channel-unknown = 來源只能是 phone、visit、grid 或 api。
api-attributes-form = 要寫成「問題代碼: 答案」的物件。
